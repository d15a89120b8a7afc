"""Whole collections as files at the open door: the forms of exports, as values of ``f`` and as links."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from geoservice.errors import InvalidInput
from geoservice.exports.export import Order
from geoservice.exports.formats import FORMATS, Writer
from geoservice.exports.sheet import Choices
from geoservice.web.exporting import BULK as NAMES
from geoservice.web.exporting import export_answer
from geoservice.web.ogc.formats import BulkFormat, BulkRequest
from geoservice.web.ogc.opened import Opened

_PAGED: Final = ("limit", "offset", "cursor", "resulttype")
_NEEDS_SHAPES: Final = frozenset({"shapefile", "flatgeobuf", "kml", "txt"})
_CRS84: Final = "OGC:CRS84"


def bulk_of(opened: Opened) -> Mapping[str, BulkFormat]:
    """Return the forms a collection can be handed over in: without shapes, only tables."""
    return {name: each for name, each in BULK.items() if opened.spatial or name not in _NEEDS_SHAPES}


def _format(writer: Writer) -> BulkFormat:
    def answer(asked: BulkRequest) -> Response:
        return _answer(asked, writer)

    return BulkFormat(writer.name, writer.media_type, title=writer.title, answer=answer)


def _answer(asked: BulkRequest, writer: Writer) -> Response:
    """Write the file: the fields of ``properties``, the system of ``crs``, east first as files have it.

    Raises
    ------
    InvalidInput
        A page of a file is asked for.
    """
    paged = [name for name in _PAGED if name in asked.request.query_params]
    if paged:
        raise InvalidInput("A file holds the whole answer", paged[0], "Leave it out, or narrow the question.")
    rendition = asked.query.rendition
    # OGC API – Features, part 2: CRS84 where none is asked for; a boundary file has a zone of its own.
    usual = None if writer.home is None else _CRS84
    crs = usual if rendition.crs is None else f"EPSG:{rendition.crs.epsg}"
    choices = Choices("gbk" if writer.name == "txt" else "utf-8")
    order = Order(asked.query, writer, rendition.properties or (), crs, choices)
    headers = {name: value for name, value in asked.headers.items() if name != "Content-Crs"}
    return export_answer(asked.request, asked.service, order, headers, asked.connection)


BULK: Final[Mapping[str, BulkFormat]] = MappingProxyType({name: _format(FORMATS[name]) for name in NAMES})
"""Formats of whole collections by name; each becomes a value of ``f`` and a link of every collection."""

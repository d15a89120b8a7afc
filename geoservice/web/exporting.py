"""Collections as files: the same question, the same reader, another form — written aside, then streamed out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated, Any, BinaryIO, Final, Literal

from fastapi import Request
from pydantic import Field, create_model
from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from geoservice.errors import Busy, InvalidInput
from geoservice.exports.export import Exported, Order, export
from geoservice.exports.formats import FORMATS, Writer
from geoservice.exports.naming import disposition, file_names
from geoservice.exports.record import record_export
from geoservice.exports.sheet import Choices
from geoservice.registry.collections import Collection
from geoservice.registry.features import FeatureQuery
from geoservice.service import Service
from geoservice.web.questions import Narrowing, parameters_of

AT_ONCE: Final = 4
"""Files a process writes at the same time; whoever comes more is told to come again."""
PERMISSION: Final = "exports:read"
BULK: Final = tuple(name for name in FORMATS if name != "geojson")
"""Forms in which a collection is handed over whole; GeoJSON comes in pages."""
_CHUNK: Final = 1 << 18
_PAGED: Final = ("limit", "cursor")


class Exporting(Narrowing):
    """What a collection is asked for beside its filters: the form of the answer."""

    f: Annotated[
        str | None,
        Field(
            description="Form of the answer: `geojson` in pages (default), or the whole in one file: "
            f"{', '.join(f'`{name}`' for name in BULK)}. Without it, `Accept` decides.",
            json_schema_extra={"enum": ["geojson", *BULK]},
        ),
    ] = None
    crs: Annotated[
        str | None,
        Field(max_length=2000, description="Reference system of a file, such as `EPSG:4528`."),
    ] = None
    fields: Annotated[
        str | None, Field(max_length=2000, description="Fields of a file, separated by commas.")
    ] = None
    encoding: Annotated[
        Literal["utf-8", "gbk", "gb18030"] | None, Field(description="Encoding of CSV, Shapefile and TXT.")
    ] = None
    headings: Annotated[Literal["code", "zh"] | None, Field(description="Headings of CSV.")] = None
    bom: Annotated[bool, Field(description="Begin CSV with a byte-order mark.")] = True
    wkt: Annotated[bool | None, Field(description="Carry shapes as WKT in CSV and Excel.")] = None


def export_parameters_of(collection: Collection) -> type[Any]:
    """Return the parameter model of a collection with the form of its answer."""
    own = parameters_of(collection)
    model: type[Any] = create_model(f"{own.__name__}Export", __base__=(own, Exporting))
    return model


def wanted_writer(request: Request, asked: Any) -> Writer | None:
    """Return the writer of the file that is wanted, ``None`` where pages of GeoJSON are.

    Raises
    ------
    InvalidInput
        There is no such form, or a page of a file is asked for.
    """
    name = getattr(asked, "f", None) or _accepted(request)
    if name == "geojson":
        return None
    if name not in BULK:
        raise InvalidInput("f names no form of this answer", name, f"Use one of: geojson, {', '.join(BULK)}.")
    paged = [one for one in _PAGED if one in asked.model_fields_set]
    if paged:
        raise InvalidInput("A file holds the whole answer", paged[0], "Leave it out, or narrow the question.")
    return FORMATS[name]


def order_of(query: FeatureQuery, writer: Writer, asked: Any) -> Order:
    """Return what is wanted of a file."""
    names = tuple(part.strip() for part in (asked.fields or "").split(",") if part.strip())
    usual = "gbk" if writer.name == "txt" else "utf-8"
    choices = Choices(asked.encoding or usual, asked.bom, asked.headings, asked.wkt)
    return Order(query, writer, names, asked.crs, choices)


def export_answer(
    request: Request,
    service: Service,
    order: Order,
    headers: Mapping[str, str],
    connection: Connection | None = None,
) -> Response:
    """Write the file aside, record it, and stream it out; nothing of it is left, however the request ends.

    Raises
    ------
    Busy
        As many files as may be are being written.
    Forbidden
        The role may not export, or not so much.
    """
    service.policy.require(order.query.principal, PERMISSION)
    slots: BoundedSemaphore = request.app.state.exports
    if not slots.acquire(blocking=False):
        raise Busy("Too many files are being written", AT_ONCE, "Try again in a moment.")
    try:
        stream, done = _written(service, order, connection)
    finally:
        slots.release()
    told = {
        "Content-Disposition": disposition(order.query, order.writer),
        "Content-Length": str(os.fstat(stream.fileno()).st_size),
        "Export-Rows": str(done.rows),
    }
    if done.notes:
        told["Export-Warning"] = ", ".join(note.code for note in done.notes)
    return StreamingResponse(_chunks(stream), 200, {**headers, **told}, order.writer.media_type)


def _written(service: Service, order: Order, held: Connection | None) -> tuple[BinaryIO, Exported]:
    with tempfile.TemporaryDirectory(prefix="geoservice-export-") as folder:
        path = Path(folder) / f"export{order.writer.suffix}"
        with nullcontext(held) if held is not None else service.database.read() as connection:
            done = export(connection, order, path, service.policy.exports)
        record_export(service.work(), order, done, file_names(order.query, order.writer)[1])
        # The open file outlives its name: whatever happens to this process, the disk is free again.
        return path.open("rb"), done


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _accepted(request: Request) -> str:
    """Return the form a client names in ``Accept`` by its own media type, and wants at least as much as any other."""
    types = {FORMATS[name].media_type: name for name in BULK}
    best, form = 0.0, "geojson"
    for part in request.headers.get("accept", "").split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = _quality(parameters)
        if quality > best:
            best, form = quality, types.get(kind, "geojson")
    return form


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0

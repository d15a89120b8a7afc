"""The readers there are, and the way to the right one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from geoservice.errors import GeoserviceError
from geoservice.intake.errors import refuse
from geoservice.intake.findings import finding
from geoservice.intake.readers import foreign
from geoservice.intake.readers.boundary_txt import BoundaryTxt
from geoservice.intake.readers.delimited import DelimitedText
from geoservice.intake.readers.dxf import Dxf
from geoservice.intake.readers.filegdb import FileGdb
from geoservice.intake.readers.flatgeobuf import FlatGeobuf
from geoservice.intake.readers.geojson import GeoJson
from geoservice.intake.readers.geojson_seq import GeoJsonSeq
from geoservice.intake.readers.geopackage import GeoPackage
from geoservice.intake.readers.geoparquet import GeoParquet
from geoservice.intake.readers.kml import Kml
from geoservice.intake.readers.protocol import Reader, Source
from geoservice.intake.readers.shapefile import Shapefile
from geoservice.intake.readers.xls import ExcelBinary
from geoservice.intake.readers.xlsx import ExcelOpenXml
from geoservice.intake.readers.zipped import Zipped
from geoservice.intake.table import RawTable, ReadOptions

_log = logging.getLogger(__name__)

# Text of any kind is a table to the last one, so it comes last.
_FILES: Final[tuple[Reader, ...]] = (
    FileGdb(),
    GeoPackage(),
    Shapefile(),
    FlatGeobuf(),
    GeoParquet(),
    Dxf(),
    Kml(),
    ExcelOpenXml(),
    ExcelBinary(),
    GeoJsonSeq(),
    GeoJson(),
    BoundaryTxt(),
)
READERS: Final[tuple[Reader, ...]] = (*_FILES, Zipped((*_FILES, DelimitedText())), DelimitedText())
_HEAD = 65536

Choice = Callable[[Reader, Source, list[str]], str | None]


def read(path: Path, options: ReadOptions, choose: Choice | None = None) -> RawTable:
    """Read one layer or sheet of a file.

    Parameters
    ----------
    path : Path
        Of a Shapefile any of its parts will do.
    options : ReadOptions
    choose : callable, optional
        Picks among several layers when the options name none; returns ``None`` to refuse.

    Raises
    ------
    IntakeRefused
        The file is absent, empty, cut short, of an unknown or foreign format, or the layer is not there.
    """
    source = open_source(path)
    reader = reader_of(source)
    try:
        layers = reader.layers(source)
        layer = _layer(reader, source, layers, options, choose)
        table = reader.read(source, layer, options)
    except GeoserviceError:
        raise
    except Exception as error:
        # Foreign libraries raise what they like; a person needs the file's name and a next step.
        _log.debug("reading failed", exc_info=True)
        raise refuse("file_unreadable", value=source.name, reason=_reason(error, source)) from error
    if len(layers) > 1 and options.layer is None:
        others = "、".join(name for name in layers if name != layer)
        table.findings.append(finding("layer_chosen", value=layer, names=others))
    return table


def open_source(path: Path) -> Source:
    """Return the file with its first bytes; a Shapefile's part leads to its ``.shp``."""
    path = main_part(path)
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise refuse("file_absent", value=path.name or str(path))
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise refuse("file_unreadable", value=path.name, reason=error.strerror or "") from error
    if not head:
        raise refuse("file_empty", value=path.name)
    return Source(path, head)


def _folder(path: Path) -> Source:
    source = Source(path, b"")
    if not FileGdb().recognises(source):
        raise refuse("folder_unread", value=path.name or str(path))
    return source


def reader_of(source: Source) -> Reader:
    """Return the reader of the family the content belongs to.

    Raises
    ------
    IntakeRefused
        The format is foreign (names what to export instead) or unknown.
    """
    foreign.refuse_foreign(source)
    for reader in READERS:
        if reader.recognises(source):
            return reader
    formats = "、".join(r.format for r in READERS)
    raise refuse("format_unknown", value=source.name, formats=formats)


def main_part(path: Path) -> Path:
    """Return the ``.shp`` of a Shapefile's other parts, any other path as it is."""
    if path.suffix.lower() not in {".dbf", ".shx", ".prj", ".cpg"}:
        return path
    same = (p for p in path.parent.glob(f"{path.stem}.*") if p.suffix.lower() == ".shp")
    return next(same, path)


def _layer(
    reader: Reader, source: Source, layers: list[str], options: ReadOptions, choose: Choice | None
) -> str:
    if options.layer is not None:
        if options.layer in layers:
            return options.layer
        raise refuse("layer_absent", value=options.layer, names="、".join(layers))
    if not layers:
        raise refuse("no_rows", value=source.name)
    if len(layers) == 1:
        return layers[0]
    chosen = choose(reader, source, layers) if choose else None
    if chosen is None:
        raise refuse("layer_ambiguous", names="、".join(layers))
    return chosen


def _reason(error: Exception, source: Source) -> str:
    """Return the first line a library said, without the folder the file lies in."""
    said = str(error).strip().splitlines()
    text = said[0] if said else type(error).__name__
    return text.replace(str(source.path), source.name).replace(str(source.path.parent), "")[:200]

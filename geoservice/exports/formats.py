"""The formats there are; a new one is one file with a writer, listed here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from geoservice.errors import InvalidInput
from geoservice.exports.boundary_txt import BoundaryTxt
from geoservice.exports.delimited import Csv
from geoservice.exports.gdal import FlatGeobuf, GeoPackage, Kml
from geoservice.exports.geojson import GeoJson, GeoJsonSeq
from geoservice.exports.geoparquet import GeoParquet
from geoservice.exports.shapefile import Shapefile
from geoservice.exports.sheet import Choices, Sheet
from geoservice.exports.xlsx import Excel


class Writer(Protocol):
    """One format."""

    @property
    def name(self) -> str:
        """Name in ``f=`` and ``--format``."""

    @property
    def title(self) -> str:
        """Name as people know it."""

    @property
    def suffix(self) -> str:
        """End of file names."""

    @property
    def media_type(self) -> str:
        """Media type in HTTP."""

    @property
    def home(self) -> str | None:
        """Reference system unless another is asked for; ``None`` for the zone in which most shapes lie."""

    @property
    def ledger(self) -> bool:
        """Whether it is for people: keys and versions are left out unless asked for."""

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write a sheet to a path that does not exist yet."""


FORMATS: Final[Mapping[str, Writer]] = MappingProxyType(
    {
        writer.name: writer
        for writer in (
            GeoPackage(),
            GeoJson(),
            GeoJsonSeq(),
            Shapefile(),
            FlatGeobuf(),
            GeoParquet(),
            Kml(),
            Csv(),
            Excel(),
            BoundaryTxt(),
        )
    }
)
_ALIASES: Final = {
    "fgb": "flatgeobuf",
    "shp": "shapefile",
    "zip": "shapefile",
    "geopackage": "gpkg",
    "excel": "xlsx",
}
_SUFFIXES: Final = {
    **{writer.suffix: writer.name for writer in FORMATS.values()},
    ".json": "geojson",
    ".geojsonl": "geojsonseq",
    ".geoparquet": "parquet",
    ".shp": "shapefile",
}


def writer_named(name: str) -> Writer:
    """Return the writer of a format.

    Raises
    ------
    InvalidInput
        There is no such format.
    """
    writer = FORMATS.get(_ALIASES.get(name.lower(), name.lower()))
    if writer is None:
        raise InvalidInput("There is no such format", name, f"Use one of: {', '.join(FORMATS)}.")
    return writer


def writer_for(path: Path) -> Writer:
    """Return the writer a file name asks for.

    Raises
    ------
    InvalidInput
        Its end names no format.
    """
    name = _SUFFIXES.get(path.suffix.lower())
    if name is None:
        raise InvalidInput(
            "The file name tells no format", path.name, f"Name one with --format: {', '.join(FORMATS)}."
        )
    return FORMATS[name]

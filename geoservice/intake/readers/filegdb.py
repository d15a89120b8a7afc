"""File geodatabase (Esri FileGDB) through GDAL: a folder, or such a folder inside a ZIP archive."""

from __future__ import annotations

from typing import Final

from geoservice.intake.readers.ogr import layer_names, named_as, ordinals, read_layer
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

CATALOGUE: Final = "a00000001.gdbtable"
"""The system table every file geodatabase has."""


class FileGdb:
    """A file geodatabase: every feature class and table."""

    format = "FileGDB"

    def recognises(self, source: Source) -> bool:
        """Tell by the catalogue in the folder, whatever the folder is called."""
        return source.path.is_dir() and (source.path / CATALOGUE).is_file()

    def layers(self, source: Source) -> list[str]:
        """Return the feature classes and tables."""
        with named_as(source.path, ".gdb") as path:
            return layer_names(path)

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return one feature class or table."""
        with named_as(source.path, ".gdb") as path:
            values, shapes, unreadable, crs = read_layer(path, layer)
        return RawTable(
            name=layer,
            format=self.format,
            values=values.drop(columns=["SHAPE_Length", "SHAPE_Area"], errors="ignore"),
            rows=ordinals(len(values)),
            geometry=shapes,
            unreadable=unreadable,
            crs=crs,
            crs_evidence="图层的坐标系定义" if crs else "",
            encoding="UTF-8",
            encoding_evidence="FileGDB 规定",
        )

"""FlatGeobuf through GDAL."""

from __future__ import annotations

from geoservice.intake.readers.ogr import layer_names, named_as, ordinals, read_layer
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_MAGIC = b"fgb\x03"


class FlatGeobuf:
    """A FlatGeobuf file: one layer, texts in UTF-8."""

    format = "FlatGeobuf"

    def recognises(self, source: Source) -> bool:
        """Tell by the magic bytes of version 3."""
        return source.head.startswith(_MAGIC)

    def layers(self, source: Source) -> list[str]:
        """Return the one layer."""
        with named_as(source.path, ".fgb") as path:
            return layer_names(path)

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the layer."""
        with named_as(source.path, ".fgb") as path:
            values, shapes, unreadable, crs = read_layer(path, layer)
        return RawTable(
            name=layer,
            format=self.format,
            values=values,
            rows=ordinals(len(values)),
            geometry=shapes,
            unreadable=unreadable,
            crs=crs,
            crs_evidence="图层的坐标系定义" if crs else "",
            encoding="UTF-8",
            encoding_evidence="FlatGeobuf 规定",
        )

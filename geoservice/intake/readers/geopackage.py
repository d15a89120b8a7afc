"""GeoPackage (OGC 12-128) through GDAL."""

from __future__ import annotations

from geoservice.intake.errors import refuse
from geoservice.intake.readers.ogr import layer_names, named_as, ordinals, read_layer
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_MAGIC = b"SQLite format 3\x00"


class GeoPackage:
    """A GeoPackage file: every feature layer and attribute table."""

    format = "GeoPackage"

    def recognises(self, source: Source) -> bool:
        """Tell by SQLite's own first bytes; GeoPackage is the only SQLite format bureaus send."""
        return source.head.startswith(_MAGIC)

    def layers(self, source: Source) -> list[str]:
        """Return the layers; a file that is cut short is refused first."""
        _refuse_truncated(source)
        with named_as(source.path, ".gpkg") as path:
            return layer_names(path)

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return one layer."""
        with named_as(source.path, ".gpkg") as path:
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
            encoding_evidence="GeoPackage 规定",
        )


def _refuse_truncated(source: Source) -> None:
    """Compare the size SQLite keeps in its header (bytes 16 and 28) with the file's."""
    head = source.head
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    # The page count counts only where the change counters agree (SQLite file format, 1.3.7).
    pages = int.from_bytes(head[28:32], "big") if head[24:28] == head[92:96] else 0
    actual = source.path.stat().st_size
    if actual < page * pages:
        raise refuse("file_truncated", value=source.name, expected=page * pages, actual=actual)

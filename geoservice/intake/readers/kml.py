"""KML through GDAL; KMZ is a ZIP archive with one inside."""

from __future__ import annotations

import re
from typing import Final

from geoservice.intake.errors import refuse
from geoservice.intake.findings import finding
from geoservice.intake.readers.ogr import layer_names, named_as, ordinals, read_layer
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_START: Final = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml.{0,2000})?<kml[\s>]", re.DOTALL | re.IGNORECASE)
_OVITAL: Final = re.compile(rb"<Ov[A-Z]\w+|ovital", re.IGNORECASE)
_ENTITIES: Final = re.compile(rb"<!(doctype|entity)", re.IGNORECASE)


class Kml:
    """A KML file: its folders are its layers; longitudes and latitudes by definition, of a datum that nobody states."""

    format = "KML"

    def recognises(self, source: Source) -> bool:
        """Tell by the root element."""
        return _START.match(source.head) is not None

    def layers(self, source: Source) -> list[str]:
        """Return the folders.

        Raises
        ------
        IntakeRefused
            The file declares entities, which could read other files or fill the memory.
        """
        if _ENTITIES.search(source.path.read_bytes()):
            raise refuse("file_unreadable", value=source.name, reason="XML 实体 / DOCTYPE")
        with named_as(source.path, ".kml") as path:
            return layer_names(path)

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the placemarks of one folder."""
        with named_as(source.path, ".kml") as path:
            values, shapes, unreadable, crs = read_layer(path, layer)
        ovital = _is_ovital(source)
        doubt = finding(
            "crs_doubt", reason="KML 不说明坐标的来源，手机或网络地图上画的可能是 GCJ-02", value=layer
        )
        return RawTable(
            name=layer,
            format=self.format,
            values=values.dropna(axis="columns", how="all"),
            rows=ordinals(len(values)),
            geometry=shapes,
            unreadable=unreadable,
            crs="GCJ-02" if ovital else crs,
            crs_evidence="奥维互动地图的文件" if ovital else "KML 规定" if crs else "",
            encoding="UTF-8",
            encoding_evidence="XML 规定",
            findings=[] if ovital else [doubt],
        )


def _is_ovital(source: Source) -> bool:
    """Tell files of 奥维互动地图, whose coordinates are GCJ-02: by its own marks, or by its ending."""
    return source.path.suffix.lower() == ".ovkml" or _OVITAL.search(source.head) is not None

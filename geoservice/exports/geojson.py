"""GeoJSON (RFC 7946) and GeoJSON text sequences (RFC 8142), written feature by feature."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
from pyproj import CRS

from geoservice.db.types import instant_text
from geoservice.exports.sheet import Batch, Choices, Note, Sheet
from geoservice.geo.geojson import geometry_text

DEGREE_DECIMALS: Final = 9
"""The grid of stored coordinates: what is written is what is stored."""
METRE_DECIMALS: Final = 4
_MEMBER: Final = Note(
    "crs_member",
    "坐标不是经纬度：文件带有 RFC 7946 之前的 crs 成员，部分软件不认",
    "The coordinates are no degrees: the file has a crs member from before RFC 7946, which some programs ignore",
)


class GeoJson:
    """A FeatureCollection; in another system than CRS84 with the legacy ``crs`` member."""

    name, title, suffix, media_type = "geojson", "GeoJSON", ".geojson", "application/geo+json"
    home: str | None = "OGC:CRS84"
    ledger = False

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write the collection."""
        head: dict[str, Any] = {"type": "FeatureCollection", "name": sheet.name, "datetime": sheet.day}
        if not in_crs84(sheet.crs):
            head["crs"] = {"type": "name", "properties": {"name": urn_of(sheet.crs)}}
            sheet.notes.append(_MEMBER)
        with path.open("wb") as out:
            out.write(orjson.dumps(head)[:-1] + b',"features":[')
            separator = b"\n"
            for batch in sheet.read():
                for feature in features(sheet, batch):
                    out.write(separator + feature)
                    separator = b",\n"
            out.write(b"\n]}\n")


class GeoJsonSeq:
    """One feature a record, each behind a record separator; always longitudes and latitudes."""

    name, title, suffix, media_type = "geojsonseq", "GeoJSON-seq", ".geojsons", "application/geo+json-seq"
    home: str | None = "OGC:CRS84"
    ledger = False
    only_home = True

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write the sequence."""
        with path.open("wb") as out:
            for batch in sheet.read():
                out.writelines(b"\x1e" + feature + b"\n" for feature in features(sheet, batch))


def in_crs84(crs: CRS) -> bool:
    """Say whether coordinates of a system are longitudes and latitudes as RFC 7946 means them."""
    return bool(crs.to_authority() == ("OGC", "CRS84"))


def urn_of(crs: CRS) -> str:
    """Return the URN of a system, its WKT where it has no code."""
    found = crs.to_authority()
    return f"urn:ogc:def:crs:{found[0]}::{found[1]}" if found else crs.to_wkt()


def features(sheet: Sheet, batch: Batch) -> Iterator[bytes]:
    """Yield each row as a feature."""
    names = [one.name for one in sheet.fields]
    columns = [
        [None if value is None else instant_text(value) for value in batch.columns[one.name]]
        if one.kind == "instant"
        else batch.columns[one.name]
        for one in sheet.fields
    ]
    decimals = DEGREE_DECIMALS if sheet.crs.is_geographic else METRE_DECIMALS
    texts = [None] * len(batch) if batch.geometry is None else geometry_text(batch.geometry, decimals)
    for key, text, *values in zip(batch.keys, texts, *columns, strict=True):
        yield orjson.dumps(
            {
                "type": "Feature",
                "id": key,
                "geometry": None if text is None else orjson.Fragment(text),
                "properties": dict(zip(names, values, strict=True)),
            }
        )

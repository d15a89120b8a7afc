"""GeoJSON (RFC 7946), also with the legacy ``crs`` member of 2008, which many offices still write."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.intake.errors import refuse
from geoservice.intake.readers.encoding import Decoded, decode
from geoservice.intake.readers.ogr import ordinals
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_TYPES = frozenset(
    {"Feature", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}
)


class GeoJson:
    """A GeoJSON file; parsed here, so that every odd feature is named by its row."""

    format = "GeoJSON"

    def recognises(self, source: Source) -> bool:
        """Tell by the opening brace of a JSON object."""
        head = source.head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return head.startswith(b"{") or source.head.startswith((b"\xff\xfe{", b"\xfe\xff\x00{"))

    def layers(self, source: Source) -> list[str]:
        """Return the one layer a GeoJSON file has."""
        return [source.path.stem]

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the features, nested properties as JSON text."""
        decoded = decode(source.path.read_bytes(), source.name, options.encoding)
        return self.table(_parse(decoded.text, source.name), source, layer, decoded)

    def table(self, document: dict[str, Any], source: Source, layer: str, decoded: Decoded) -> RawTable:
        """Return the features of a document that was parsed."""
        features = _features(document, source.name)
        shapes, unreadable = _shapes([f.get("geometry") for f in features])
        crs, evidence = _crs(document, shapes)
        return RawTable(
            name=layer,
            format=self.format,
            values=_values(features),
            rows=ordinals(len(features)),
            geometry=shapes,
            unreadable=unreadable,
            crs=crs,
            crs_evidence=evidence,
            encoding=decoded.encoding,
            encoding_evidence=decoded.evidence,
        )


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise refuse(
            "text_invalid", value=name, kind="JSON", line=error.lineno, column=error.colno
        ) from error
    except RecursionError as error:
        raise refuse("file_unreadable", value=name, reason="嵌套过深") from error
    return document if isinstance(document, dict) else {}


def _features(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    kind = document.get("type")
    features: Any = document.get("features") if kind == "FeatureCollection" else [document]
    if kind == "Topology" or "objects" in document:
        _refuse_other(name, "TopoJSON 文件")
    if "spatialReference" in document:
        _refuse_other(name, "Esri JSON 文件")
    if kind not in _TYPES | {"FeatureCollection"} or not isinstance(features, list):
        _refuse_other(name, "不是 GeoJSON 的 JSON 文件")
    return [
        f if isinstance(f, dict) and f.get("type") == "Feature" else {"geometry": f, "properties": {}}
        for f in features
    ]


def _refuse_other(name: str, kind: str) -> None:
    raise refuse(
        "format_foreign",
        value=name,
        kind=kind,
        how="请导出为 GeoJSON 或 GeoPackage。",
        how_en="Export it as GeoJSON or GeoPackage.",
    )


def _values(features: list[dict[str, Any]]) -> pd.DataFrame:
    names: dict[str, None] = {}
    rows = [p if isinstance(p := f.get("properties"), dict) else {} for f in features]
    for row in rows:
        names.update(dict.fromkeys(row))
    # An identifier beside the properties (RFC 7946, 3.2) is a column where the name is free.
    if any("id" in f for f in features) and "id" not in names:
        rows = [{"id": f.get("id")} | row for f, row in zip(features, rows, strict=True)]
        names = {"id": None} | names
    columns = {name: [_cell(row.get(name)) for row in rows] for name in names}
    return pd.DataFrame(columns, dtype=object).reindex(range(len(features)))


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return "、".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _shapes(given: list[Any]) -> tuple[Geometries, dict[int, str]]:
    texts = np.array([None if g is None else json.dumps(g) for g in given], dtype=object)
    shapes: Geometries = np.asarray(shapely.from_geojson(texts, on_invalid="ignore"), dtype=object)
    lost = np.flatnonzero(shapely.is_missing(shapes) & np.array([g is not None for g in given], dtype=bool))
    return shapes, {int(i): _why(texts[i]) for i in lost}


def _why(text: str) -> str:
    try:
        shapely.from_geojson(text)
    except shapely.errors.ShapelyError as error:
        return str(error).split(":", 1)[-1].strip()[:120]
    return "no geometry object of RFC 7946"


def _crs(document: dict[str, Any], shapes: Geometries) -> tuple[str | None, str]:
    legacy = document.get("crs")
    if isinstance(legacy, dict) and isinstance(name := (legacy.get("properties") or {}).get("name"), str):
        return name, "文件内的 crs 成员（GeoJSON 2008）"
    # RFC 7946 allows degrees of WGS 84 only; numbers beyond degrees show that nobody kept to it.
    coords = shapely.get_coordinates(shapes)
    if (np.abs(coords) > (180.0, 90.0)).any():
        return None, ""
    return "OGC:CRS84", "RFC 7946 规定"

"""Schemas of collections (OGC 23-058r2): what features hold, what may be asked for, what may be sorted by."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Integer

from geoservice.intake.findings import label_of
from geoservice.registry.cql.scope import kind_of
from geoservice.web.ogc.opened import Opened

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "document": {},
}
_UNITS: Final = (("_m2", "m2"), ("_max_m", "m"), ("_fen", "0.01 CNY"))
_INTERVAL: Final = {"valid_from": "primary-interval-start", "valid_to": "primary-interval-end"}
GEOMETRY: Final = {
    "title": "图形",
    "description": "Geometry of the feature",
    "x-ogc-role": "primary-geometry",
    "format": "geometry-any",
}


def returnables(address: str, opened: Opened, writable: frozenset[str] | None = None) -> dict[str, Any]:
    """Return the schema of the features; what is not `writable` is read-only, ``None``: everything is."""
    properties = {name: _property(opened, name, column) for name, column in opened.fields().items()}
    if opened.spatial:
        properties = {"geometry": dict(GEOMETRY), **properties}
    for name, each in properties.items():
        if writable is None or name not in writable:
            each["readOnly"] = True
    return _schema(address, opened, properties)


def queryables(address: str, opened: Opened) -> dict[str, Any]:
    """Return what filters may speak of."""
    properties = _comparable(opened)
    if opened.spatial:
        properties = {"geometry": dict(GEOMETRY), **properties}
    return _schema(address, opened, properties) | {"additionalProperties": False}


def sortables(address: str, opened: Opened) -> dict[str, Any]:
    """Return what may be sorted by."""
    return _schema(address, opened, _comparable(opened)) | {"additionalProperties": False}


def comparable_fields(opened: Opened) -> dict[str, str]:
    """Return the fields that can be compared, with their kind."""
    kinds = {name: kind_of(column) for name, column in opened.fields().items()}
    return {name: kind for name, kind in kinds.items() if kind != "document"}


def json_type(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of value."""
    return dict(_TYPES[kind])


def _comparable(opened: Opened) -> dict[str, Any]:
    fields = opened.fields()
    return {name: _property(opened, name, fields[name]) for name in comparable_fields(opened)}


def _property(opened: Opened, name: str, column: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {"title": label_of(name), **json_type(kind_of(column))}
    if entry.get("type") == "number" and isinstance(column.type, Integer):
        entry["type"] = "integer"
    words = opened.words(name)
    if words is not None:
        entry["enum"] = [word.value for word in words]
        entry["description"] = "; ".join(f"{word.value} {word.zh}" for word in words)
    unit = next((unit for ending, unit in _UNITS if name.endswith(ending)), None)
    if unit is not None:
        entry["x-ogc-unit"] = unit
    if name == "key":
        entry["x-ogc-role"] = "id"
    elif name in _INTERVAL:
        entry["x-ogc-role"] = _INTERVAL[name]
    return entry


def _schema(address: str, opened: Opened, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "$id": address,
        "type": "object",
        "title": f"{opened.title} · {opened.title_en}",
        "properties": properties,
    }

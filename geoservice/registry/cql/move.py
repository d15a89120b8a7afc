"""Shapes of a filter in another reference system, brought to the degrees everything is stored in."""

from __future__ import annotations

import json
from typing import Any

import shapely

from geoservice.errors import GeoserviceError
from geoservice.geo.served import ServedCrs
from geoservice.registry.cql.errors import FilterInvalid
from geoservice.registry.cql.space import read_shape


def moved(tree: Any, served: ServedCrs) -> Any:
    """Return the tree with every shape and box in stored degrees.

    Raises
    ------
    FilterInvalid
        If a shape is none, or has no place in that system.
    """
    if isinstance(tree, list):
        return [moved(part, served) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if "bbox" in tree or "type" in tree:
        return _moved_shape(tree, served)
    return {name: moved(part, served) for name, part in tree.items()}


def _moved_shape(node: dict[str, Any], served: ServedCrs) -> Any:
    shape = read_shape(node)
    try:
        placed = served.box(*shape.bounds) if "bbox" in node else served.to_stored([shape])[0]
    except GeoserviceError as error:
        raise FilterInvalid(
            "A shape of the filter lies outside of filter-crs", error.value, error.remedy
        ) from None
    return json.loads(shapely.to_geojson(placed))

"""The columns that follow from a shape: stored and served geometry, ellipsoidal and planar area."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geoservice.geo.geojson import geometry_text
from geoservice.geo.measure import area_m2, planar_area_m2


def shape_columns(geometries: NDArray[Any]) -> dict[str, list[Any]]:
    """Return ``geom``, ``geojson``, ``area_m2`` and ``planar_area_m2`` of shapes in EPSG:4490.

    The served text is made in the same write as the stored shape, so that reading builds nothing. O(vertices).
    """
    area = np.round(area_m2(geometries), 2)
    planar = np.round(planar_area_m2(geometries), 2)
    polygonal = np.isin(shapely.get_type_id(geometries), (3, 6))
    return {
        "geom": list(geometries),
        "geojson": [text if text is None else str(text) for text in geometry_text(geometries)],
        "area_m2": [float(value) if real else None for value, real in zip(area, polygonal, strict=True)],
        "planar_area_m2": [
            float(value) if real else None for value, real in zip(planar, polygonal, strict=True)
        ],
    }

"""Shapes as served in other reference systems: GeoJSON text with the axes in the order their authority sets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.geo.crs import from_stored, parse_crs, to_stored
from geoservice.geo.geojson import SERVED_DECIMALS, geometry_text

_METRE_DECIMALS: Final = 3
_EDGE_POINTS: Final = 16
"""Points along each edge of a box in another system: a straight edge there is a curve in degrees."""


@dataclass(frozen=True)
class ServedCrs:
    """A reference system features are served in.

    Attributes
    ----------
    epsg : int
        Its code.
    north_first : bool
        Whether the northing or latitude stands first, as for EPSG:4326, EPSG:4490 and Gauss-Krüger zones.
    decimals : int
        Decimals of its coordinates: 7 of a degree (1 cm), 3 of a metre.
    """

    epsg: int
    north_first: bool
    decimals: int

    @classmethod
    def of(cls, epsg: int) -> ServedCrs:
        """Return the system of an EPSG code.

        >>> ServedCrs.of(4528)
        ServedCrs(epsg=4528, north_first=True, decimals=3)
        """
        crs = parse_crs(epsg)
        north_first = crs.axis_info[0].direction.lower() == "north"
        return cls(epsg, north_first, SERVED_DECIMALS if crs.is_geographic else _METRE_DECIMALS)

    def texts(self, stored: Any) -> Geometries:
        """Return the GeoJSON text of stored shapes (EPSG:4490) in this system, ``None`` where there is none."""
        placed = from_stored(stored, self.epsg)
        texts = geometry_text(placed, self.decimals)
        if not self.north_first:
            return texts
        held = np.array([text is not None for text in texts], dtype=np.bool_)
        # Rounded and oriented east first, as geometry is done; only what is written is turned.
        turned = turn(shapely.from_geojson(texts[held]))
        texts[held] = shapely.to_geojson(turned)
        return texts

    def to_stored(self, shapes: Any) -> Geometries:
        """Return shapes given in this system and its order of axes as stored ones."""
        return to_stored(turn(shapes) if self.north_first else shapes, self.epsg)

    def box(self, first: float, second: float, third: float, fourth: float) -> Any:
        """Return what a box of this system covers, as a polygon in stored degrees."""
        west, south, east, north = (
            (second, first, fourth, third)
            if self.north_first
            else (
                first,
                second,
                third,
                fourth,
            )
        )
        corners = np.array([(west, south), (east, south), (east, north), (west, north), (west, south)])
        steps = np.linspace(0.0, 1.0, _EDGE_POINTS, endpoint=False)[:, None]
        edges = [a + steps * (b - a) for a, b in pairwise(corners)]
        return to_stored([shapely.Polygon(np.vstack(edges))], self.epsg)[0]


def turn(shapes: Any) -> Geometries:
    """Return shapes with their two axes exchanged; O(coordinates)."""
    turned: Geometries = shapely.transform(shapes, lambda coordinates: coordinates[:, ::-1])
    return turned

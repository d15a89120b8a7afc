"""A synthetic city of any size: blocks of eleven-point parcels, districts, parks, and land that constrains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoservice.geo.grid import snap
from geoservice.model.vocabulary import ParcelState, ParkLevel

SINCE: Final = date(2024, 1, 1)
WEST, SOUTH = 119.0, 33.0
PITCH: Final = 0.0009
"""Degrees from parcel to parcel; a parcel fills most of its cell, some 6,000 m²."""

DISTRICTS: Final = 4
"""The city is cut into so many districts a side, and as many parks and constraint areas inside of them."""

_STATES: Final = [state.value for state in ParcelState]
_SEED: Final = 20260930


@dataclass(frozen=True)
class City:
    """A synthetic city.

    Attributes
    ----------
    parcels : int
        How many parcels it has.
    """

    parcels: int

    @property
    def side(self) -> int:
        """Return how many parcels stand in a row."""
        return int(np.ceil(np.sqrt(self.parcels)))

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north in degrees."""
        reach = self.side * PITCH
        return WEST, SOUTH, WEST + reach, SOUTH + reach

    def box(self, cells: int) -> tuple[float, float, float, float]:
        """Return a box around so many cells a side in the middle of the city; its edges cross no parcel."""
        first = (self.side - min(cells, self.side)) // 2
        west, south = WEST + first * PITCH, SOUTH + first * PITCH
        reach = min(cells, self.side) * PITCH
        return west, south, west + reach, south + reach

    def zones(self) -> pd.DataFrame:
        """Return the districts (行政区)."""
        shapes = self._tiles(margin=0.0)
        names = [f"第{number + 1}区" for number in range(len(shapes))]
        return pd.DataFrame({"name": names, "kind": "district", "geometry": shapes})

    def parks(self) -> pd.DataFrame:
        """Return a park (园区) in the middle of every district."""
        shapes = self._tiles(margin=0.25)
        return pd.DataFrame(
            {
                "name": [f"第{number + 1}产业园" for number in range(len(shapes))],
                "level": ParkLevel.MUNICIPAL.value,
                "leading_industries": [["新材料", "装备制造"]] * len(shapes),
                "geometry": shapes,
            }
        )

    def layers(self) -> pd.DataFrame:
        """Return two constraint layers: one that prohibits and one that restricts."""
        return pd.DataFrame(
            [
                {
                    "code": "JBNT",
                    "name": "永久基本农田",
                    "kind": "constraint",
                    "effect": "prohibit",
                    "unit": "资规局",
                },
                {
                    "code": "CMTX",
                    "name": "采煤沉陷区",
                    "kind": "constraint",
                    "effect": "restrict",
                    "unit": "应急局",
                },
            ]
        )

    def constraints(self, layer_keys: list[str]) -> pd.DataFrame:
        """Return one area of each layer in every district; together they lie on a sixth of the land."""
        shapes = [*self._tiles(margin=0.35), *self._tiles(margin=0.4, shift=0.3)]
        layers = np.repeat(layer_keys, len(shapes) // 2)
        return pd.DataFrame({"layer": layers, "geometry": shapes})

    def batches(self, size: int, zones: list[str], parks: list[str]) -> Iterator[pd.DataFrame]:
        """Yield the parcels (宗地) in frames of `size` rows; the same numbers make the same parcels."""
        for start in range(0, self.parcels, size):
            yield self._frame(np.arange(start, min(start + size, self.parcels)), zones, parks)

    def _frame(self, numbers: NDArray[np.int_], zones: list[str], parks: list[str]) -> pd.DataFrame:
        columns, rows = numbers % self.side, numbers // self.side
        tile = (rows * DISTRICTS // self.side) * DISTRICTS + columns * DISTRICTS // self.side
        states = np.array(_STATES)[(numbers * 7919) % len(_STATES)]
        return pd.DataFrame(
            {
                "parcel_number": [f"DK-{number:07d}" for number in numbers],
                "parcel_code": [f"329900{number:013d}" for number in numbers],
                "name": [f"清澜市{number}号地块" for number in numbers],
                "address": [f"建设路{number % 900 + 1}号" for number in numbers],
                "county": "329900",
                "district": np.array(zones, dtype=object)[tile],
                "park": np.array(parks, dtype=object)[tile],
                "use_code": np.where(numbers % 3 == 0, "0701", "1001"),
                "use_system": "TD2023",
                "use_name": np.where(numbers % 3 == 0, "城镇住宅用地", "工业用地"),
                "state": states,
                "certified_area_m2": 6000.0,
                "far_min": 1.0,
                "far_max": 2.5,
                "planning_set": numbers % 2 == 0,
                "promotable": numbers % 4 == 0,
                "geometry": _parcel_shapes(columns, rows, numbers),
            }
        )

    def _tiles(self, margin: float, shift: float = 0.0) -> list[Any]:
        """Return a square a district, smaller by `margin` on every side and moved by `shift`, both of its side."""
        west, south, east, _ = self.extent
        size = (east - west) / DISTRICTS
        steps = np.arange(DISTRICTS) + shift
        x, y = (array.ravel() for array in np.meshgrid(west + steps * size, south + steps * size))
        inset = margin * size
        boxes = shapely.box(x + inset, y + inset, x + size - inset, y + size - inset)
        return _as_multi(boxes)


def _parcel_shapes(columns: NDArray[np.int_], rows: NDArray[np.int_], numbers: NDArray[np.int_]) -> list[Any]:
    """Return decagons with a little noise, so that coordinates have all their digits."""
    turns = np.arange(10) * (2 * np.pi / 10)
    # Noise follows the number alone: a parcel is the same in every batch size.
    noise = np.sin(numbers[:, None] * 12.9898 + np.arange(10)[None, :] * 78.233 + _SEED) * 0.04
    radius = PITCH * (0.44 + noise)
    x = WEST + (columns[:, None] + 0.5) * PITCH + radius * np.cos(turns)
    y = SOUTH + (rows[:, None] + 0.5) * PITCH + radius * np.sin(turns)
    ring = np.stack([x, y], axis=-1)
    return _as_multi(shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1)))


def _as_multi(polygons: Any) -> list[Any]:
    grouped = shapely.multipolygons(polygons, indices=np.arange(len(polygons)))
    return list(np.asarray(snap(grouped), dtype=object))

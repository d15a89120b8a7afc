"""Lots: a block divided across its longer side until the pieces have the size their use asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from .curves import polygons

_GRID_M = 0.001
_FAR_M = 5_000.0


@dataclass(frozen=True)
class Cut:
    """How land is divided: size wanted in m², unevenness (0 even) and narrowest width in m."""

    target_m2: float
    unevenness: float = 0.1
    narrowest_m: float = 22.0


def divide(shape: Polygon, cut: Cut, rng: np.random.Generator) -> list[Polygon]:
    """Return lots that fill ``shape`` without overlap.

    Each cut runs across the longer side of the smallest rectangle around the piece, about its middle.
    """
    pieces, lots = [shape], []
    while pieces:
        piece = pieces.pop()
        long_m, short_m = _sides(piece)
        wanted = cut.target_m2 * (1 + 2.5 * cut.unevenness * rng.uniform(-1, 1))
        if (piece.area < 1.45 * wanted and long_m < 4.5 * short_m) or long_m < 2 * cut.narrowest_m:
            lots.append(piece)
            continue
        halves = _halve(
            piece, 0.5 + cut.unevenness * rng.uniform(-1, 1), 0.12 * cut.unevenness * rng.normal()
        )
        if len(halves) < 2:
            lots.append(piece)
        else:
            pieces.extend(halves)
    return [lot for lot in lots if _usable(lot, cut)]


def stripe(shape: Polygon, width_m: float, rng: np.random.Generator) -> list[Polygon]:
    """Return strips of about ``width_m`` across the longer side of ``shape``, as fields lie along a ditch."""
    long_m, short_m = _sides(shape)
    if long_m < 1.6 * width_m:
        return [shape] if short_m > 18 else []
    count = max(2, round(long_m / width_m))
    share = (count // 2 + 0.22 * rng.uniform(-1, 1)) / count
    halves = _halve(shape, share, 0.0)
    if len(halves) < 2:
        return [shape]
    return [strip for half in halves for strip in _stripe_on(half, _axis(shape), width_m, rng)]


def _stripe_on(shape: Polygon, angle: float, width_m: float, rng: np.random.Generator) -> list[Polygon]:
    """Go on cutting across ``angle``, whatever side of the piece has become the longer one."""
    run = np.array([math.cos(angle), math.sin(angle)])
    reach = np.asarray(shape.exterior.coords) @ run
    length_m = float(reach.max() - reach.min())
    if length_m < 1.6 * width_m:
        return [shape] if shape.area > 1500 and _sides(shape)[1] > 18 else []
    count = max(2, round(length_m / width_m))
    share = (count // 2 + 0.2 * rng.uniform(-1, 1)) / count
    halves = _cut(shape, float(reach.min() + share * length_m) * run, angle)
    return (
        [strip for half in halves for strip in _stripe_on(half, angle, width_m, rng)]
        if len(halves) > 1
        else [shape]
    )


def _halve(piece: Polygon, share: float, turn: float) -> list[Polygon]:
    angle = _axis(piece)
    run = np.array([math.cos(angle), math.sin(angle)])
    reach = np.asarray(piece.exterior.coords) @ run
    middle = np.asarray(piece.centroid.coords[0])
    position = reach.min() + share * (reach.max() - reach.min())
    return _cut(piece, middle + (position - middle @ run) * run, angle + turn)


def _cut(piece: Polygon, at: np.typing.NDArray[np.float64], angle: float) -> list[Polygon]:
    """Cut ``piece`` by the line through ``at`` across ``angle``; both sides share the cut's vertices."""
    run = np.array([math.cos(angle), math.sin(angle)]) * _FAR_M
    across = np.array([-run[1], run[0]])
    near, far = at - across, at + across
    ahead = Polygon([near, far, far + run, near + run])
    return [
        part
        for side in (
            shapely.intersection(piece, ahead, grid_size=_GRID_M),
            shapely.difference(piece, ahead, grid_size=_GRID_M),
        )
        for part in polygons(side)
    ]


def _frame(piece: Polygon) -> np.typing.NDArray[np.float64]:
    return np.asarray(shapely.oriented_envelope(piece).exterior.coords)


def _sides(piece: Polygon) -> tuple[float, float]:
    """Return the longer and the shorter side in metres of the smallest rectangle around ``piece``."""
    corners = _frame(piece)
    first, second = float(np.hypot(*(corners[1] - corners[0]))), float(np.hypot(*(corners[2] - corners[1])))
    return max(first, second), min(first, second)


def _axis(piece: Polygon) -> float:
    """Return the direction in radians of the longer side."""
    corners = _frame(piece)
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    longer = first if np.hypot(*first) >= np.hypot(*second) else second
    return math.atan2(longer[1], longer[0])


def _usable(lot: Polygon, cut: Cut) -> bool:
    return lot.area > min(700.0, 0.2 * cut.target_m2) and _sides(lot)[1] > 0.55 * cut.narrowest_m

"""Which of two numbers is north: told by magnitude, never by the column alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from geoservice.intake.txt.plots import Point

Form: TypeAlias = Literal["zoned", "bare", "degrees"]
"""Easting of 8 digits with its zone, of 6 digits without, or longitude and latitude."""

_NORTH: Final = (1_800_000.0, 6_100_000.0)
_BARE: Final = (100_000.0, 1_000_000.0)
_LATITUDE: Final = (3.0, 54.0)
_LONGITUDE: Final = (73.0, 136.0)


def order_of(first: float, second: float) -> tuple[Form, bool] | None:
    """Return the form of a pair and whether it is east first; ``None`` where it is neither.

    >>> order_of(4603000.0, 40520000.0), order_of(520000.0, 4603000.0), order_of(117.2, 34.3)
    (('zoned', False), ('bare', True), ('degrees', True))
    """
    straight = _form(first, second)
    if straight is not None:
        return straight, False
    turned = _form(second, first)
    return None if turned is None else (turned, True)


def odd_one(points: Sequence[Point]) -> Point | None:
    """Return the first point whose form or order is none, or another than that of most."""
    said = [order_of(p.first, p.second) for p in points]
    usual = max(set(said), key=said.count) if said else None
    return next((p for p, s in zip(points, said, strict=True) if s is None or s != usual), None)


def _form(north: float, east: float) -> Form | None:
    if _NORTH[0] <= north <= _NORTH[1]:
        if 13e6 <= east < 24e6 or 25e6 <= east < 46e6:
            return "zoned"
        return "bare" if _BARE[0] <= east < _BARE[1] else None
    between = _LATITUDE[0] <= north <= _LATITUDE[1] and _LONGITUDE[0] <= east <= _LONGITUDE[1]
    return "degrees" if between else None

"""The mark beside a stored shape: which system it came in, and that its place is worth less than a survey."""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = re.compile(r"^(?P<system>.+) ±(?P<metres>[\d.]+) m$")
_WEB_MAPS: Final = ("GCJ-02", "BD-09")


def mark_of(system: str, accuracy_m: float) -> str:
    """Return the mark of a system with the accuracy of its way to CGCS2000.

    >>> mark_of("GCJ-02", 5.0)
    'GCJ-02 ±5 m'
    """
    return f"{system} ±{accuracy_m:g} m"


def accuracy_m(mark: str | None) -> float | None:
    """Return the accuracy a mark states in metres, ``None`` for a shape placed without loss.

    >>> accuracy_m("EPSG:2364 ±0.5 m"), accuracy_m("EPSG:4528"), accuracy_m(None)
    (0.5, None, None)
    """
    match = _MARK.match(mark or "")
    return float(match["metres"]) if match else None


def is_approximate(mark: str | None) -> bool:
    """Tell whether a shape comes from a web map and must never count as survey geometry.

    >>> is_approximate("GCJ-02 ±5 m"), is_approximate("EPSG:2364 ±0.5 m"), is_approximate(None)
    (True, False, False)
    """
    return (mark or "").startswith(_WEB_MAPS)

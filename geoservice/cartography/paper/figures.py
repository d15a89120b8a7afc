"""Figures and facts as a sheet writes them, in the units an office reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from geoservice.cartography.definition import Figure

M2_PER_MU: Final = 2000 / 3
_UNITS: Final[dict[str, tuple[float, str, str, int]]] = {
    "mu": (M2_PER_MU, "亩", "mu", 0),
    "ha": (10_000.0, "公顷", "ha", 1),
    "m2": (1.0, "m²", "m²", 0),
    "yi": (1e10, "亿元", "100m yuan", 2),
    "wan": (1e6, "万元", "10k yuan", 0),
}
"""Unit → how many stored units it is (m², 分), its words, and decimals."""


def figure_text(figure: Figure, features: Sequence[Mapping[str, Any]], *, english: bool) -> str:
    """Return the sum of a property over features, or the ratio of two sums, with its unit."""
    total = _sum(features, figure.sum)
    if figure.over is None:
        return value_text(total, figure.shown_as, english=english)
    whole = _sum(features, figure.over)
    return "—" if not whole or total is None else value_text(total / whole, "percent", english=english)


def value_text(value: Any, shown_as: str, *, english: bool = False) -> str:
    """Return a value as text; a dash where there is none.

    >>> value_text(2000.0, "mu"), value_text(None, "mu"), value_text(0.5, "percent"), value_text(123456, "number")
    ('3 亩', '—', '50.0%', '123,456')
    """
    if value is None or value == "":
        return "—"
    if shown_as in _UNITS:
        size, zh, en, decimals = _UNITS[shown_as]
        return f"{value / size:,.{decimals}f} {en if english else zh}"
    return f"{value:.1%}" if shown_as == "percent" else _plain(value, english=english)


def _plain(value: Any, *, english: bool) -> str:
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else ("是" if value else "否")
    if isinstance(value, (int, float)):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return "、".join(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value)


def _sum(features: Sequence[Mapping[str, Any]], name: str) -> float | None:
    """Add a property up; ``None`` where no feature carries it, since the reader is then not shown it."""
    values = [one["properties"][name] for one in features if one["properties"].get(name) is not None]
    return math.fsum(values) if values else None

"""Totals of a drawn area: parcels and free land by use, projects and their money, households to clear."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import shapely

from geoservice.access.policy import View
from geoservice.errors import InvalidInput
from geoservice.model.vocabulary import VerdictStatus

MOST_POINTS: Final = 200
LAND: Final = ("status", "area_m2", "usable_area_m2", "use_code", "use_name")
PROJECTS: Final = ("stage_group", "investment_total_fen", "invested_fen")
TASKS: Final = ("households_total", "households_signed", "households_remaining")

Row = Mapping[str, Any]


def read_area(text: str) -> shapely.Polygon:
    """Read an area written as ``lon,lat,lon,lat,…``.

    Raises
    ------
    InvalidInput
        If it is no polygon: too few or too many points, no numbers, outside of the globe, or crossing itself.

    Examples
    --------
    >>> read_area("119,33,120,33,120,34").area
    0.5
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise InvalidInput(
            "The area is not a list of numbers", text[:80], "Write lon,lat,lon,lat,…"
        ) from None
    if len(numbers) % 2 or not 6 <= len(numbers) <= 2 * MOST_POINTS:
        raise InvalidInput(
            "The area has no whole ring of points", len(numbers), f"Give 3 to {MOST_POINTS} points, two each."
        )
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    # NaN fails every comparison, so that it is refused as well.
    if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in points):
        raise InvalidInput("The area lies outside of the globe", text[:80], "Longitude first, in degrees.")
    polygon = shapely.Polygon(points)
    if not polygon.is_valid or polygon.area == 0:
        raise InvalidInput("The area crosses itself or has no inside", text[:80], "Draw a simple outline.")
    return polygon


def land_totals(rows: Sequence[Row]) -> dict[str, Any]:
    """Add up parcels: how many, how much land, how much of it free, by use; m².

    Free is the usable area of parcels 可供, or their area where the reader is not told the usable one.
    """
    uses: dict[tuple[str | None, str | None], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in rows:
        sums = uses[row.get("use_code"), row.get("use_name")]
        sums[0] += 1
        sums[1] += row.get("area_m2") or 0.0
        if row.get("status") == VerdictStatus.AVAILABLE:
            free = row.get("usable_area_m2", row.get("area_m2"))
            sums[2] += free or 0.0
    by_use: list[dict[str, Any]] = [
        {
            "use_code": code,
            "use": name or code,
            "count": int(n),
            "area_m2": _m2(all_),
            "available_m2": _m2(free),
        }
        for (code, name), (n, all_, free) in uses.items()
    ]
    by_use.sort(key=lambda one: (-one["available_m2"], one["use_code"] or ""))
    return {
        "count": len(rows),
        "area_m2": _m2(math.fsum(row.get("area_m2") or 0.0 for row in rows)),
        "available_m2": _m2(math.fsum(one["available_m2"] for one in by_use)),
        "by_use": by_use,
    }


def project_totals(rows: Sequence[Row]) -> dict[str, Any]:
    """Add up projects: how many, by stage group, and their money in 分; what is not shown is null."""
    groups: dict[str, int] = defaultdict(int)
    for row in rows:
        groups[row.get("stage_group") or "unknown"] += 1
    return {
        "count": len(rows),
        "by_stage": dict(sorted(groups.items())),
        "investment_fen": _sum(rows, "investment_total_fen"),
        "invested_fen": _sum(rows, "invested_fen"),
    }


def household_totals(rows: Sequence[Row], view: View) -> dict[str, Any] | None:
    """Add up households of clearance tasks; ``None`` for readers of suppressed or hidden figures.

    A sum over an area of the reader's own drawing, less the same sum over a slightly smaller one, is the figure
    of one task: whoever reads suppressed figures gets no free sums at all.
    """
    if view.counts != "full" or not all(view.shows(name) for name in TASKS):
        return None
    return {
        "tasks": len(rows),
        "total": _sum(rows, "households_total"),
        "signed": _sum(rows, "households_signed"),
        "remaining": _sum(rows, "households_remaining"),
    }


def _sum(rows: Iterable[Row], name: str) -> int | None:
    known = [row[name] for row in rows if row.get(name) is not None]
    return int(sum(known)) if known else None  # PostgreSQL sums money as numeric


def _m2(area: float) -> float:
    return round(area, 2)

"""Parks on a day: land left, projects by stage, and the year's targets with what is reached of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geoservice.model.vocabulary import VerdictStatus
from geoservice.registry.facts.narrowed import Feature

Row = Mapping[str, Any]


def park_figures(
    parks: Iterable[Feature], land: Sequence[Row], projects: Sequence[Row], targets: Sequence[Row]
) -> list[Feature]:
    """Return every park with its figures.

    Parameters
    ----------
    parks : iterable of dict
        The parks as features.
    land : sequence of mapping
        ``park, status, area_m2`` and where shown ``usable_area_m2`` of the parcels the reader sees.
    projects : sequence of mapping
        ``park, stage_group`` of the projects the reader sees.
    targets : sequence of mapping
        ``park, kind, amount, unit, period_from, period_to, reached``.

    Notes
    -----
    ``land_class`` says how much of a park's land is left: ``ample`` from 15 %, ``some`` from 5 %,
    ``little`` above none, ``none``. O(parks + parcels + projects).
    """
    return [
        {**one, "properties": {**one["properties"], **_figures(one["id"], land, projects, targets)}}
        for one in parks
    ]


def _figures(
    key: str, land: Sequence[Row], projects: Sequence[Row], targets: Sequence[Row]
) -> dict[str, Any]:
    own = [row for row in land if row.get("park") == key]
    areas = {
        status: sum(row.get("area_m2") or 0.0 for row in own if row.get("status") == status)
        for status in VerdictStatus
    }
    free, conditional = areas[VerdictStatus.AVAILABLE], areas[VerdictStatus.CONDITIONAL]
    all_land = sum(areas.values())
    usable = [row["usable_area_m2"] or 0.0 for row in own if "usable_area_m2" in row]
    stages = Counter(row.get("stage_group") or "unknown" for row in projects if row.get("park") == key)
    return {
        "land": {
            "area_m2": round(all_land, 2),
            "available_m2": round(free, 2),
            "conditional_m2": round(conditional, 2),
            "usable_m2": round(sum(usable), 2) if usable else None,
        },
        "land_left_m2": round(free + conditional, 2),
        "available_m2": round(free, 2),
        "land_class": _land_class(free + conditional, all_land),
        "parcel_count": len(own),
        "project_count": stages.total(),
        "stages": dict(sorted(stages.items())),
        "targets": [{**row, "park": None} for row in targets if row.get("park") == key],
    }


def _land_class(left: float, all_land: float) -> str:
    if not left or not all_land:
        return "none"
    share = left / all_land
    return "ample" if share >= 0.15 else "some" if share >= 0.05 else "little"

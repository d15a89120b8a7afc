"""The predicates rules are made of; each looks at all parcels at once and returns its hits."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geoservice.availability.facts import STATES, UNKNOWN
from geoservice.availability.frames import among, texts
from geoservice.availability.ground import Ground
from geoservice.availability.hits import NOTHING, Hits, make_hits
from geoservice.availability.predicate import Param, Params, predicate
from geoservice.availability.timeline import Flags
from geoservice.clock import day_of
from geoservice.geo.arrays import Floats

FLAGS: Final = ("planning_set", "mortgaged", "seized")
KNOWN_STATES: Final = (*STATES, UNKNOWN)
MU_M2: Final = 2000 / 3
AREA: Final = {"area_m2": 1.0, "area_mu": 1.0, "share": 0.5}
"""Placeholders of every rule that goes by area: m², 亩, and the share of the parcel (0..1)."""


@predicate({"states": Param(list, choices=KNOWN_STATES)}, {})
def state_in(ground: Ground, params: Params) -> Hits:
    """Strike parcels while their state on the ladder (地块状态) is one of ``states``."""
    struck = among(ground.spans["state"], params["states"])
    return _whole_parcels(ground, struck)


@predicate(
    {
        "flag": Param(str, choices=FLAGS),
        "value": Param(bool),
        "states": Param(list, default=None, choices=KNOWN_STATES),
    },
    {},
)
def flag_is(ground: Ground, params: Params) -> Hits:
    """Strike parcels whose ``flag`` is ``value``, while their state is one of ``states`` (default: any)."""
    flag = ground.versions.frame[params["flag"]].to_numpy()
    struck = flag[ground.spans["version"].to_numpy()] == params["value"]
    if params["states"] is not None:
        struck &= among(ground.spans["state"], params["states"])
    return _whole_parcels(ground, struck)


def _whole_parcels(ground: Ground, struck: Flags) -> Hits:
    if not struck.any():
        return NOTHING
    rows = ground.spans[struck]
    keys = ground.versions.frame["parcel"].to_numpy()[rows["version"].to_numpy()]
    source = [f"parcel:{key}" for key in keys]
    return make_hits(rows, source=source, identity=source)


@predicate(
    {
        "roles": Param(list, choices=("site", "temporary", "expansion")),
        "sliver_m2": Param(float, default=0.0),
        "over": Param(bool, default=True),
    },
    {**AREA, "project": "项目"},
)
def occupied(ground: Ground, params: Params) -> Hits:
    """Strike the part live projects hold in one of ``roles``, where it is ``over`` the sliver (or not)."""
    rows = ground.occupations
    struck = over(rows["area_m2"], params["sliver_m2"], params) & (rows["area_m2"] > 0).to_numpy()
    struck &= among(rows["role"], params["roles"])
    if not struck.any():
        return NOTHING
    rows = rows[struck]
    areas = area_args(ground, rows)
    return make_hits(
        rows,
        source=[f"project:{key}" for key in rows["project"]],
        identity=[f"{key}|{role}" for key, role in zip(rows["project"], rows["role"], strict=True)],
        by_area=True,
        args=[
            {**area, "project": name} for area, name in zip(areas, texts(rows["project_name"]), strict=True)
        ],
    )


@predicate({"overdue": Param(bool)}, {"task": "任务", "planned": "2026-09-30"})
def clearance_left(ground: Ground, params: Params) -> Hits:
    """Strike parcels with a demolition task not delivered; ``overdue`` tasks let their planned day pass."""
    struck = ground.clearances["overdue"].to_numpy() == params["overdue"]
    if not struck.any():
        return NOTHING
    rows = ground.clearances[struck]
    source = [f"demolition_task:{key}" for key in rows["task"]]
    args = [
        {"task": name, "planned": day_of(day) or "—"}
        for name, day in zip(texts(rows["task_name"]), rows["planned_day"].tolist(), strict=True)
    ]
    return make_hits(rows, source=source, identity=source, unit=texts(rows["unit"]), args=args)


def over(area_m2: pd.Series[float], sliver_m2: float | Floats, params: Params) -> Flags:
    """Tell which areas exceed the tolerance, or which do not, as ``params["over"]`` asks."""
    struck: Flags = (area_m2.to_numpy() > sliver_m2) == params["over"]
    return struck


def area_args(ground: Ground, rows: pd.DataFrame) -> list[dict[str, float]]:
    """Return the values of the placeholders in :data:`AREA`, row by row."""
    area = rows["area_m2"].to_numpy(dtype=float)
    whole = ground.versions.frame["area_m2"].to_numpy()[rows["version"]]
    return [
        {"area_m2": a, "area_mu": a / MU_M2, "share": s}
        for a, s in zip(area.tolist(), (area / whole).tolist(), strict=True)
    ]

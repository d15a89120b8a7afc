"""The predicates rules are made of; each looks at all parcels at once and returns its hits."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from geoservice.availability.facts import STATES, UNKNOWN
from geoservice.availability.frames import texts
from geoservice.availability.ground import Ground
from geoservice.availability.hits import make_hits
from geoservice.availability.predicate import Param, Params, predicate
from geoservice.availability.timeline import Flags
from geoservice.clock import day_of

FLAGS: Final = ("planning_set", "mortgaged", "seized")
KNOWN_STATES: Final = (*STATES, UNKNOWN)
MU_M2: Final = 2000 / 3
AREA: Final = {"area_m2": 1.0, "area_mu": 1.0, "share": 0.5}
"""Placeholders of every rule that goes by area: m², 亩, and the share of the parcel (0..1)."""


@predicate({"states": Param(list, choices=KNOWN_STATES)}, {})
def state_in(ground: Ground, params: Params) -> pd.DataFrame:
    """Strike parcels while their state on the ladder (地块状态) is one of ``states``."""
    rows = ground.spans[ground.spans["state"].isin(params["states"])]
    keys = _parcel_sources(ground, rows)
    return make_hits(rows, source=keys, identity=keys)


@predicate(
    {
        "flag": Param(str, choices=FLAGS),
        "value": Param(bool),
        "states": Param(list, default=None, choices=KNOWN_STATES),
    },
    {},
)
def flag_is(ground: Ground, params: Params) -> pd.DataFrame:
    """Strike parcels whose ``flag`` is ``value``, while their state is one of ``states`` (default: any)."""
    spans = ground.spans
    flag = ground.versions.frame[params["flag"]].to_numpy()[spans["version"]]
    struck = flag == params["value"]
    if params["states"] is not None:
        struck &= spans["state"].isin(params["states"]).to_numpy()
    keys = _parcel_sources(ground, spans[struck])
    return make_hits(spans[struck], source=keys, identity=keys)


@predicate(
    {
        "roles": Param(list, choices=("site", "temporary", "expansion")),
        "sliver_m2": Param(float, default=0.0),
        "over": Param(bool, default=True),
    },
    {**AREA, "project": "项目"},
)
def occupied(ground: Ground, params: Params) -> pd.DataFrame:
    """Strike the part live projects hold in one of ``roles``, where it is ``over`` the sliver (or not)."""
    rows = ground.occupations
    kept = rows["role"].isin(params["roles"]) & (rows["area_m2"] > 0)
    rows = rows[kept & over(rows["area_m2"], params["sliver_m2"], params)]
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
def clearance_left(ground: Ground, params: Params) -> pd.DataFrame:
    """Strike parcels with a demolition task not delivered; ``overdue`` tasks let their planned day pass."""
    rows = ground.clearances[ground.clearances["overdue"] == params["overdue"]]
    source = [f"demolition_task:{key}" for key in rows["task"]]
    args = [
        {"task": name, "planned": day_of(day) or "—"}
        for name, day in zip(texts(rows["task_name"]), rows["planned_day"].tolist(), strict=True)
    ]
    return make_hits(rows, source=source, identity=source, unit=texts(rows["unit"]), args=args)


def over(area_m2: pd.Series[float], sliver_m2: Any, params: Params) -> Flags:
    """Tell which areas exceed the tolerance, or which do not, as ``params["over"]`` asks."""
    struck: Flags = ((area_m2 > sliver_m2) == params["over"]).to_numpy()
    return struck


def area_args(ground: Ground, rows: pd.DataFrame) -> list[dict[str, float]]:
    """Return the values of the placeholders in :data:`AREA`, row by row."""
    area = rows["area_m2"].to_numpy(dtype=float)
    whole = ground.versions.frame["area_m2"].to_numpy()[rows["version"]]
    return [
        {"area_m2": a, "area_mu": a / MU_M2, "share": s}
        for a, s in zip(area.tolist(), (area / whole).tolist(), strict=True)
    ]


def _parcel_sources(ground: Ground, rows: pd.DataFrame) -> list[str]:
    return [f"parcel:{key}" for key in ground.versions.frame["parcel"].to_numpy()[rows["version"]]]

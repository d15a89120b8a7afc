"""Small cities for tests: facts row by row with sensible defaults, and random ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st

from geoservice.availability import Facts
from geoservice.availability.facts import (
    CHECKLIST,
    CLEARANCES,
    CONSTRAINTS,
    GATES,
    HOLDS,
    OCCUPATIONS,
    PARCELS,
    REQUIREMENTS,
    STATES,
)
from geoservice.clock import OPEN_DAY
from geoservice.geo.measure import area_m2

WEST, SOUTH, STEP = 117.2, 34.2, 0.0005
"""Cells of about 46 × 55 m; every corner of a random city lies on this grid."""
TODAY = 500
HORIZON = 1000
BOUNDARY = "城镇开发边界"


def cell(x: int, y: int, width: int = 1, height: int = 1) -> Any:
    """Return a box of grid cells in degrees."""
    return shapely.box(
        *np.round(
            [WEST + x * STEP, SOUTH + y * STEP, WEST + (x + width) * STEP, SOUTH + (y + height) * STEP], 9
        )
    )


def parcel(key: str = "DK1", geometry: Any = None, **changes: Any) -> dict[str, Any]:
    """Return a parcel version against which nothing can be said."""
    shape = cell(0, 0, 4, 4) if geometry is None else geometry
    return {
        "parcel": key,
        "from_day": 1,
        "to_day": OPEN_DAY,
        "state": "clear",
        "planning_set": True,
        "mortgaged": False,
        "seized": False,
        "use_code": "1001",
        "cleared_plan_day": OPEN_DAY,
        "area_m2": float(area_m2([shape])[0].round(2)),
        "geometry": shape,
        **changes,
    }


def occupation(parcel_key: str = "DK1", **changes: Any) -> dict[str, Any]:
    return {
        "parcel": parcel_key,
        "project": "XM1",
        "project_name": "甲",
        "role": "site",
        "share": float("nan"),
        "from_day": 1,
        "to_day": OPEN_DAY,
        "plan": False,
        "geometry": None,
        **changes,
    }


def clearance(parcel_key: str = "DK1", **changes: Any) -> dict[str, Any]:
    return {
        "parcel": parcel_key,
        "task": "ZC1",
        "task_name": "北片征拆",
        "unit": "北街道",
        "from_day": 1,
        "to_day": OPEN_DAY,
        "to_is_plan": False,
        **changes,
    }


def constraint(geometry: Any, **changes: Any) -> dict[str, Any]:
    return {
        "layer": "TC1",
        "layer_name": "永久基本农田",
        "feature": "a",
        "class": "",
        "effect": "prohibit",
        "allowed_uses": [],
        "unit": "",
        "sliver_m2": 0.0,
        "from_day": 1,
        "to_day": OPEN_DAY,
        "geometry": geometry,
        "hidden": False,
        **changes,
    }


def hold(parcel_key: str = "DK1", **changes: Any) -> dict[str, Any]:
    return {
        "parcel": parcel_key,
        "hold": "BL1",
        "unit": "",
        "from_day": 1,
        "to_day": OPEN_DAY,
        "geometry": None,
        **changes,
    }


def requirement(kind: str, parcel_key: str = "DK1", **changes: Any) -> dict[str, Any]:
    """Return an item or gate that is open and of which nobody knows until when."""
    return {
        "parcel": parcel_key,
        "kind": kind,
        "record": f"{kind}-{parcel_key}",
        "unit": "",
        "to_day": OPEN_DAY,
        "to_is_plan": False,
        **changes,
    }


def fulfilled(parcels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a checklist done long ago for each parcel."""
    names = dict.fromkeys(row["parcel"] for row in parcels)
    return [requirement(kind, key, to_day=1) for key in names for kind in CHECKLIST]


def facts(
    parcels: list[dict[str, Any]],
    occupations: list[dict[str, Any]] | None = None,
    clearances: list[dict[str, Any]] | None = None,
    constraints: list[dict[str, Any]] | None = None,
    holds: list[dict[str, Any]] | None = None,
    requirements: list[dict[str, Any]] | None = None,
) -> Facts:
    """Return facts; without a word about requirements the checklist of every parcel is done."""
    return Facts(
        _frame(parcels, PARCELS),
        _frame(occupations or [], OCCUPATIONS),
        _frame(clearances or [], CLEARANCES),
        _frame(constraints or [], CONSTRAINTS),
        holds=_frame(holds or [], HOLDS),
        requirements=_frame(fulfilled(parcels) if requirements is None else requirements, REQUIREMENTS),
    )


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})


days = st.sampled_from([1, 200, 400, 450, 499, 500, 501, 550, 700, 900])
keys = st.sampled_from(["DK1", "DK2", "DK3"])
boxes = st.builds(cell, st.integers(-2, 6), st.integers(-2, 6), st.integers(1, 7), st.integers(1, 7))
ends = st.one_of(st.just(OPEN_DAY), days)


def _dated(rows: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(rows.filter(lambda row: row["from_day"] < row["to_day"]), max_size=5)


@st.composite
def _versions(draw: st.DrawFn, key: str) -> list[dict[str, Any]]:
    cuts = sorted(draw(st.sets(days, min_size=1, max_size=3)))
    last = draw(st.sampled_from([OPEN_DAY, OPEN_DAY, HORIZON - 50]))
    rows = []
    for start, end in zip(cuts, [*cuts[1:], last], strict=True):
        changes = {
            "from_day": start,
            "to_day": end,
            "state": draw(st.sampled_from([*STATES, "clear", "clear", "clear", None])),
            "planning_set": draw(st.booleans()),
            "mortgaged": draw(st.booleans()),
            "seized": draw(st.integers(0, 9)) == 0,
            "cleared_plan_day": draw(ends),
            "use_system": draw(st.sampled_from(["TD2023", "GBT21010-2017", None])),
        }
        if draw(st.integers(0, 4)):
            rows.append(parcel(key, draw(_lots), **changes))
    return rows


_lots = st.sampled_from([cell(0, 0, 4, 4), cell(4, 0, 2, 4), cell(0, 4, 6, 1), cell(5, 5, 1, 1)])
_occupations = st.fixed_dictionaries(
    {
        "parcel_key": keys,
        "project": st.sampled_from(["XM1", "XM2", "XM3"]),
        "role": st.sampled_from(["site", "temporary", "expansion"]),
        "share": st.sampled_from([float("nan"), 0.25, 0.5, 1.0]),
        "from_day": days,
        "to_day": ends,
        "plan": st.booleans(),
        "geometry": st.one_of(st.none(), boxes),
    }
).map(lambda row: occupation(**row))
_clearances = st.fixed_dictionaries(
    {
        "parcel_key": keys,
        "task": st.sampled_from(["ZC1", "ZC2"]),
        "from_day": days,
        "to_day": ends,
        "to_is_plan": st.booleans(),
    }
).map(lambda row: clearance(**row))
_holds = st.fixed_dictionaries(
    {
        "parcel_key": keys,
        "hold": st.sampled_from(["BL1", "BL2", "BL3"]),
        "from_day": days,
        "to_day": ends,
        "geometry": st.one_of(st.none(), boxes),
    }
).map(lambda row: hold(**row))


@st.composite
def _requirements(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return at most one record per parcel and kind; some parcels have no checklist at all."""
    rows = []
    for key in ("DK1", "DK2", "DK3"):
        kinds = draw(st.sets(st.sampled_from([*CHECKLIST, *GATES])))
        for kind in sorted(kinds):
            end = draw(st.sampled_from([1, 1, 1, 450, 501, 700, OPEN_DAY]))
            plan = end not in (1, OPEN_DAY) and draw(st.booleans())
            rows.append(
                requirement(kind, key, to_day=end, to_is_plan=plan, unit=draw(st.sampled_from(["", "甲"])))
            )
    return rows


_EDGE = {
    "layer": "TC9",
    "layer_name": BOUNDARY,
    "effect": "note",
    "allowed_uses": ["GBT21010-2017:10"],
    "sliver_m2": 3000.0,
}
_layers = st.sampled_from(
    [
        {"layer": "TC1", "layer_name": "永久基本农田", "effect": "prohibit", "sliver_m2": 0.0},
        {"layer": "TC2", "layer_name": "生态保护红线", "effect": "prohibit", "sliver_m2": 6000.0},
        {
            "layer": "TC3",
            "layer_name": "采煤沉陷区",
            "effect": "restrict",
            "allowed_uses": ["TD2023:10", "光伏"],
        },
        {"layer": "TC4", "layer_name": "军事", "effect": "prohibit", "hidden": True, "unit": "军"},
        {"layer": "TC5", "layer_name": "文保", "effect": "note"},
        {**_EDGE, "class": "集中建设区"},
        {**_EDGE, "class": "弹性发展区"},
    ]
)


@st.composite
def _constraints(draw: st.DrawFn) -> dict[str, Any]:
    row = {
        **draw(_layers),
        "feature": draw(st.sampled_from("abcdef")),
        "from_day": draw(days),
        "to_day": draw(ends),
    }
    return constraint(draw(boxes), **row)


@st.composite
def cities(draw: st.DrawFn) -> Facts:
    """Return facts of up to three parcels with everything that can happen to them."""
    versions = [row for key in ("DK1", "DK2", "DK3") for row in draw(_versions(key))]
    return facts(
        versions or [parcel()],
        draw(_dated(_occupations)),
        draw(_dated(_clearances)),
        draw(_dated(_constraints())),
        draw(_dated(_holds)),
        draw(_requirements()),
    )

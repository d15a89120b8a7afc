"""Units and tasks for tests: rows with defaults, and random ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import strategies as st

from geoservice.clock import OPEN_DAY
from geoservice.demolition import FACTS, KINDS


def unit(
    task: str = "ZC1", kind: str = "household", floor_area_m2: float = 100.0, **facts: int
) -> dict[str, Any]:
    """Return a unit; ``signed=5`` dates its fact."""
    dated = {f"{fact}_day": facts.get(fact, OPEN_DAY) for fact in FACTS}
    return {"unit": "HU1", "task": task, "kind": kind, "floor_area_m2": floor_area_m2, **dated}


def task(key: str = "ZC1", **days: int) -> dict[str, Any]:
    dated = {f"{name}_day": days.get(name, OPEN_DAY) for name in ("announced", "started", "delivered")}
    return {"task": key, "area_m2": 5000.0, **dated}


def units(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(unit()))


def tasks(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(task()))


_days = st.one_of(st.just(OPEN_DAY), st.integers(1, 12))
_units = st.builds(
    unit,
    st.sampled_from(["ZC1", "ZC2", "ZC9"]),
    st.sampled_from(KINDS),
    st.integers(0, 400).map(float),
    **dict.fromkeys(FACTS, _days),
)
random_units = st.lists(_units, max_size=8).map(lambda rows: units(*rows))
random_tasks = st.tuples(
    *(st.builds(task, st.just(key), started=_days, delivered=_days) for key in ("ZC2", "ZC1", "ZC3"))
).map(lambda rows: tasks(*rows).set_index(pd.Index([7, 3, 5])))

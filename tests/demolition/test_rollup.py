from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.demolition import FactsInvalid, roll_up, unit_states
from tests.demolition.clearings import random_tasks, random_units, task, tasks, unit, units

PREFIX = {"household": "households", "nonresidential": "nonresidential", "grave": "graves"}


def one(*rows: dict[str, Any], day: int = 10, **days: int) -> dict[str, Any]:
    return dict(roll_up(units(*rows), tasks(task(**days)), day).iloc[0])


def test_counts_households_apart_from_other_units_and_rates_over_the_total() -> None:
    figures = one(
        unit(signed=3, vacated=5, demolished=8, floor_area_m2=120.5),
        unit(signed=4, floor_area_m2=80),
        unit(),
        unit(kind="nonresidential", signed=2, demolished=9, floor_area_m2=1000),
        unit(kind="grave", floor_area_m2=0),
    )
    assert (figures["units_total"], figures["households_total"]) == (5, 3)
    assert [figures[f"households_{n}"] for n in ("signed", "vacated", "demolished", "remaining")] == [
        2,
        1,
        1,
        2,
    ]
    assert (
        figures["households_unsigned"],
        figures["nonresidential_demolished"],
        figures["graves_total"],
    ) == (1, 1, 1)
    assert [figures[f"{n}_rate"] for n in ("signed", "vacated", "demolished")] == [0.6667, 0.3333, 0.3333]
    assert (figures["floor_area_m2"], figures["demolished_floor_area_m2"]) == (1300.5, 1120.5)
    assert figures["delivered_area_m2"] == 0


def test_rates_without_households_are_null() -> None:
    figures = one(unit(kind="grave", signed=1))
    assert np.isnan([figures[f"{name}_rate"] for name in ("signed", "vacated", "demolished")]).all()


@pytest.mark.parametrize(
    ("rows", "days", "state"),
    [
        ([], {}, "not_started"),
        ([unit(surveyed=1)], {"announced": 1}, "not_started"),
        ([unit()], {"started": 10}, "agreed"),
        ([unit()], {"started": 11}, "not_started"),
        ([unit(signed=10), unit()], {}, "agreed"),
        ([unit(signed=1, demolished=10), unit(signed=2)], {}, "demolishing"),
        ([unit(demolished=9), unit(kind="grave", demolished=10)], {"started": 1}, "demolished"),
        ([unit(demolished=9), unit(kind="grave")], {"started": 1}, "demolishing"),
        ([unit(demolished=9), unit(decided=5)], {}, "disputed"),
        # one quarrel among many that still go their way does not make the whole task a dispute
        ([unit(demolished=9), unit(decided=5), unit(signed=6)], {}, "demolishing"),
        ([unit(litigated=5), unit()], {"started": 1}, "agreed"),
        ([unit(litigated=5)], {"delivered": 10}, "delivered"),
        ([unit(litigated=5)], {"delivered": 11}, "disputed"),
    ],
)
def test_state_of_a_task(rows: list[dict[str, Any]], days: dict[str, int], state: str) -> None:
    assert one(*rows, **days)["state"] == state


def test_delivered_land_is_the_tasks_area() -> None:
    assert one(unit(), delivered=10)["delivered_area_m2"] == 5000


@settings(max_examples=60, deadline=None)
@given(random_units, random_tasks, st.integers(0, 13))
def test_agrees_with_counting_one_by_one(some: pd.DataFrame, known: pd.DataFrame, day: int) -> None:
    figures = roll_up(some, known, day)
    assert figures.index.tolist() == known.index.tolist()
    states = unit_states(some, day)
    for position, key in enumerate(known["task"]):
        row = figures.iloc[position]
        own = [(u, s) for u, s in zip(some.to_dict("records"), states, strict=True) if u["task"] == key]
        for kind, prefix in PREFIX.items():
            members = [(u, s) for u, s in own if u["kind"] == kind]
            for fact in ("signed", "vacated", "demolished"):
                assert row[f"{prefix}_{fact}"] == sum(u[f"{fact}_day"] <= day for u, _ in members)
            left = [u for u, _ in members if min(u["vacated_day"], u["demolished_day"]) > day]
            assert row[f"{prefix}_total"] == len(members)
            assert row[f"{prefix}_remaining"] == len(left)
            assert row[f"{prefix}_disputed"] == sum(s == "disputed" for _, s in members)
        gone = sum(u["floor_area_m2"] for u, _ in own if u["demolished_day"] <= day)
        assert row["demolished_floor_area_m2"] == gone
        if row["households_total"]:
            assert row["signed_rate"] == round(row["households_signed"] / row["households_total"], 4)
    # whatever is counted, a part is never more than its whole
    assert (figures["households_demolished"] <= figures["households_total"]).all()


def test_refuses_two_versions_of_a_task_and_unknown_kinds() -> None:
    with pytest.raises(FactsInvalid, match="ZC1"):
        roll_up(units(), tasks(task(), task()), 1)
    with pytest.raises(FactsInvalid, match="castle"):
        roll_up(units(unit(kind="castle")), tasks(task()), 1)
    with pytest.raises(FactsInvalid, match="delivered_day"):
        roll_up(units(), tasks().drop(columns="delivered_day"), 1)

"""Lineage told from shapes and keys: every kind of event, slivers left out, shares that add up."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.geo.lineage import parcel_lineage

M = 1e-5  # about a metre


def frame(**shapes: Any) -> pd.DataFrame:
    return pd.DataFrame({"key": list(shapes), "geometry": list(shapes.values())}, columns=["key", "geometry"])


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a box in metres, more or less, about 119.5° E, 33.2° N."""
    return shapely.box(119.5 + west * M, 33.2 + south * M, 119.5 + east * M, 33.2 + north * M)


def told(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[str, str, str]]:
    found = parcel_lineage(before, after)
    return list(found[["predecessor", "successor", "kind"]].itertuples(index=False, name=None))


A = box(0, 0, 200, 100)
WEST, EAST = box(0, 0, 100, 100), box(100, 0, 200, 100)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"A": A}, {"B": WEST, "C": EAST}, [("A", "B", "split"), ("A", "C", "split")]),
        ({"A": A}, {"A": WEST, "C": EAST}, [("A", "A", "split"), ("A", "C", "split")]),
        ({"B": WEST, "C": EAST}, {"A": A}, [("B", "A", "merge"), ("C", "A", "merge")]),
        ({"B": WEST, "C": EAST}, {"B": A}, [("B", "B", "merge"), ("C", "B", "merge")]),
        ({"A": A}, {"Z": A}, [("A", "Z", "renumbered")]),
        ({"A": A}, {"A": box(0, 0, 180, 100)}, [("A", "A", "boundary")]),
        ({"A": A}, {"A": box(0, 0, 230, 100)}, [("A", "A", "boundary")]),
        ({"A": A}, {"Z": box(80, 0, 260, 100)}, [("A", "Z", "rearranged")]),
        ({"A": A}, {"A": A}, []),
        ({"A": A}, {"Z": box(200, 0, 300, 100)}, []),  # neighbours share an edge and no ground
        ({"A": A}, {"Z": box(199.995, 0, 300, 100)}, []),  # half a square metre is a slip of the hand
        (
            {"B": WEST, "C": EAST},  # a strip of a tenth less than min_share changes hands
            {"B": box(0, 0, 105, 100), "C": box(105, 0, 200, 100)},
            [("B", "B", "boundary"), ("C", "B", "boundary"), ("C", "C", "boundary")],
        ),
        (
            {"B": WEST, "C": EAST},
            {"X": box(0, 0, 200, 40), "Y": box(0, 40, 200, 100)},
            [(p, s, "rearranged") for p in "BC" for s in "XY"],
        ),
    ],
)
def test_every_kind_of_event_is_told(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert told(frame(**before), frame(**after)) == expected


def test_nothing_in_nothing_out() -> None:
    assert told(frame(), frame()) == []
    assert told(frame(A=A), frame()) == []


@given(st.lists(st.integers(12, 88), min_size=1, max_size=5, unique=True))
@settings(max_examples=25)
def test_the_parts_of_a_split_take_all_of_it(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 100]
    parts = {f"P{i}": box(west, 0, east, 100) for i, (west, east) in enumerate(pairwise(edges))}
    found = parcel_lineage(frame(A=box(0, 0, 100, 100)), frame(**parts))
    assert set(found["kind"]) == {"split"}
    assert np.isclose(found["share_of_predecessor"].sum(), 1.0, atol=1e-5)
    assert np.allclose(found["share_of_successor"], 1.0, atol=1e-5)
    back = parcel_lineage(frame(**parts), frame(A=box(0, 0, 100, 100)))
    assert set(back["kind"]) == {"merge"}
    assert sorted(back["area_m2"]) == pytest.approx(sorted(found["area_m2"]), abs=0.02)

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geoservice.availability.timeline import join, run_ends, split
from geoservice.clock import OPEN_DAY

_rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 12), st.one_of(st.integers(1, 14), st.just(OPEN_DAY))).filter(
        lambda row: row[1] < row[2]
    ),
    max_size=8,
)


def columns(rows: list[tuple[int, int, int]]) -> list[np.ndarray]:
    return [np.array([row[i] for row in rows], dtype=np.int64) for i in range(3)]


@given(_rows)
def test_split_tells_on_every_day_exactly_the_rows_that_hold(rows: list[tuple[int, int, int]]) -> None:
    cut = split(*columns(rows))
    spans = list(zip(cut.owner.tolist(), cut.from_day.tolist(), cut.to_day.tolist(), strict=True))
    assert spans == sorted(spans)
    for owner in range(4):
        for day in range(1, 16):
            held = {i for i, (o, start, end) in enumerate(rows) if o == owner and start <= day < end}
            inside = [i for i, (o, start, end) in enumerate(spans) if o == owner and start <= day < end]
            assert len(inside) == (1 if held else 0)
            assert {int(row) for n in inside for row in cut.row_of[cut.interval_of == n]} == held


@given(_rows)
def test_a_run_ends_where_nothing_continues_it(rows: list[tuple[int, int, int]]) -> None:
    run, ends = run_ends(*columns(rows))
    for i, (group, _, end) in enumerate(rows):
        reach = end
        while longer := [e for g, s, e in rows if g == group and s <= reach < e]:
            reach = max(longer)
        assert ends[i] == reach
        assert {rows[j][0] for j in np.flatnonzero(run == run[i])} == {group}


@given(_rows, _rows)
def test_join_pairs_what_holds_together(
    left: list[tuple[int, int, int]], right: list[tuple[int, int, int]]
) -> None:
    names = ["key", "from_day", "to_day"]
    ours = pd.DataFrame(left, columns=names, dtype=np.int64).assign(version=range(len(left)))
    theirs = pd.DataFrame(right, columns=names, dtype=np.int64).assign(row=range(len(right)))
    joined = join(ours, theirs, "key")[["version", "row", "from_day", "to_day"]]
    expected = {
        (i, j, max(a[1], b[1]), min(a[2], b[2]))
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if a[0] == b[0] and max(a[1], b[1]) < min(a[2], b[2])
    }
    assert len(joined) == len(expected)
    assert set(joined.itertuples(index=False, name=None)) == expected

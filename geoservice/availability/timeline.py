"""Days on a line: cut dated rows where any of them changes, join what overlaps, follow what continues."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoservice.clock import OPEN_DAY

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

SPAN = OPEN_DAY + 1
"""Days from one owner's zero to the next one's, when owner and day are packed into one number."""


class Split(NamedTuple):
    """Elementary intervals in order of owner and day, and which rows hold in which of them."""

    owner: Ints
    from_day: Ints
    to_day: Ints
    interval_of: Ints
    row_of: Ints


def split(owner: Ints, from_day: Ints, to_day: Ints) -> Split:
    """Cut each owner's rows at every day on which one of them begins or ends.

    Parameters
    ----------
    owner : ndarray of int
        Whose row it is, from 0.
    from_day, to_day : ndarray of int
        Half-open, not empty.

    Returns
    -------
    Split
        Intervals in which at least one row holds, and one ``(interval_of, row_of)`` pair per row and interval
        it covers, sorted. O(n log n + pairs).

    Examples
    --------
    >>> cut = split(np.array([0, 0]), np.array([1, 5]), np.array([9, 7]))
    >>> cut.from_day.tolist(), cut.to_day.tolist()
    ([1, 5, 7], [5, 7, 9])
    >>> list(zip(cut.interval_of.tolist(), cut.row_of.tolist()))
    [(0, 0), (1, 0), (1, 1), (2, 0)]
    """
    first, last = owner * SPAN + from_day, owner * SPAN + to_day
    keys = np.unique(np.concatenate([first, last]))
    begin, end = np.searchsorted(keys, first), np.searchsorted(keys, last)
    count = end - begin
    row_of = np.repeat(np.arange(len(owner)), count)
    interval_of = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - begin, count)
    order = np.lexsort((row_of, interval_of))
    used, interval_of = np.unique(interval_of[order], return_inverse=True)
    return Split(
        keys[used] // SPAN,
        keys[used] % SPAN,
        keys[used + 1] % SPAN,
        interval_of.astype(np.int64),
        row_of[order],
    )


def join(left: pd.DataFrame, right: pd.DataFrame, on: str) -> pd.DataFrame:
    """Pair rows with equal keys that hold on a common day; the pair holds on their common days.

    ``left`` has a unique ``version`` per row, which the result carries beside the columns of ``right``, in
    the order of ``right``.

    Examples
    --------
    >>> left = pd.DataFrame({"k": ["a"], "version": [0], "from_day": [1], "to_day": [9]})
    >>> right = pd.DataFrame({"k": ["a", "a"], "n": [1, 2], "from_day": [5, 9], "to_day": [20, 30]})
    >>> join(left, right, "k")[["version", "n", "from_day", "to_day"]].to_numpy().tolist()
    [[0, 1, 5, 9]]
    """
    ours, theirs = _pairs(np.asarray(left[on]), np.asarray(right[on]))
    first = np.maximum(left["from_day"].to_numpy()[ours], right["from_day"].to_numpy()[theirs])
    last = np.minimum(left["to_day"].to_numpy()[ours], right["to_day"].to_numpy()[theirs])
    holds = first < last
    joined = right.take(theirs[holds]).reset_index(drop=True)
    joined["version"] = left["version"].to_numpy()[ours[holds]]
    joined["from_day"], joined["to_day"] = first[holds], last[holds]
    return joined


def _pairs(left: Any, right: Any) -> tuple[Ints, Ints]:
    """Return the positions of rows with equal keys, in order of the right ones; faster than a merge."""
    code, _ = pd.factorize(np.concatenate([left, right]))
    order = np.argsort(code[: len(left)], kind="stable")
    ours, theirs = code[: len(left)][order], code[len(left) :]
    begin = np.searchsorted(ours, theirs, "left")
    count = np.searchsorted(ours, theirs, "right") - begin
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - begin, count)
    return order[offset], np.repeat(np.arange(len(right)), count)


def run_ends(group: Ints, from_day: Ints, to_day: Ints) -> tuple[Ints, Ints]:
    """Follow rows of one group that touch or overlap in time: which run each is in and when that run ends.

    Examples
    --------
    >>> run, end = run_ends(np.array([0, 0, 0]), np.array([1, 5, 20]), np.array([5, 9, 30]))
    >>> run.tolist(), end.tolist()
    ([0, 0, 1], [9, 9, 30])
    """
    order = np.lexsort((from_day, group))
    reach = np.maximum.accumulate(group[order] * SPAN + to_day[order]) if len(order) else group
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (group[order] * SPAN + from_day[order])[1:] > reach[:-1]
    run_sorted = np.cumsum(begins) - 1
    last = np.flatnonzero(np.append(begins[1:], True)) if len(order) else np.empty(0, dtype=np.int64)
    run = np.empty(len(order), dtype=np.int64)
    run[order] = run_sorted
    return run, (reach[last] % SPAN)[run]

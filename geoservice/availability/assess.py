"""The verdict: is this parcel free, from when until when, how much of it, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.availability.facts import Facts
from geoservice.availability.frames import as_column
from geoservice.availability.ground import Ground, prepare
from geoservice.availability.hits import follow, gather_hits
from geoservice.availability.layering import gather
from geoservice.availability.merge import earliest_days, merge_equal
from geoservice.availability.reasons import distinct, public_reasons, reasons_of
from geoservice.availability.rules import EFFECTS, RuleSet
from geoservice.availability.timeline import Flags, Ints, Split, split
from geoservice.availability.usable import usable_parts

VERDICT: Final = [
    "parcel",
    "from_day",
    "to_day",
    "status",
    "reasons",
    "reasons_public",
    "usable_area_m2",
    "usable",
    "available_from_day",
    "plan",
    "rule_version",
]
CHUNK: Final = 5000
"""Parcels per step: bounds memory and lets progress be told; parcels do not depend on each other."""

Progress = Callable[[int, int], None]


def assess(facts: Facts, rules: RuleSet, *, today_day: int, progress: Progress | None = None) -> pd.DataFrame:
    """Judge parcels over all their days.

    A verdict holds from one day on which any fact of the parcel changes to the next; equal neighbours are
    one. ``available`` 可供: no rule but notes applies. ``conditional`` 有条件可供: something usable is left,
    under conditions or in part. ``unavailable`` 不可供: nothing is left.

    Parameters
    ----------
    facts : Facts
        Any number of parcels; judging some of them gives the same as judging all and taking these.
    rules : RuleSet
    today_day : int
        Plans count only from tomorrow on.
    progress : callable, optional
        Called with parcels done and parcels in all.

    Returns
    -------
    DataFrame
        Ordered by parcel and day: ``parcel, from_day, to_day, status``; ``reasons`` (see :func:`reasons_of`)
        and ``reasons_public``, blocks first, then conditions and notes; ``usable_area_m2``, ``usable`` (see
        :func:`usable_parts`); ``available_from_day``: the first day from ``from_day`` on which the parcel is
        available, or failing that conditional, ``OPEN_DAY`` where none is known; ``plan``: the interval lies
        after today and begins, or follows on one that begins, because something is planned for that day;
        ``rule_version``.

    Raises
    ------
    FactsInvalid
        See :func:`prepare`.

    Notes
    -----
    O((p + c) log p + o) for p parcel shapes, c constraint features and o overlapping pairs, plus
    O(h log h) for h rule hits; each pair of shape and feature is intersected once.
    """
    total = facts.parcels["parcel"].nunique()
    if not total:
        return _nothing()
    frames = []
    for number, chunk in enumerate(facts.chunks(CHUNK) if total > CHUNK else [facts], 1):
        frames.append(_assess(prepare(chunk, today_day), rules))
        if progress is not None:
            progress(min(number * CHUNK, total), total)
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else _nothing()


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in VERDICT})


def _assess(ground: Ground, rules: RuleSet) -> pd.DataFrame:
    hits = _strike(ground, rules)
    cut = _cut(ground, hits)
    hit_of = cut.row_of - len(ground.versions.frame)
    struck = hit_of >= 0
    verdicts = _judge(ground, rules, hits, cut.owner, cut.interval_of[struck], hit_of[struck])
    verdicts.insert(0, "parcel", ground.versions.frame["parcel"].to_numpy()[cut.owner])
    verdicts.insert(1, "from_day", cut.from_day)
    verdicts.insert(2, "to_day", cut.to_day)
    verdicts["planned"] = _planned(ground, hits, cut)
    verdicts["rule_version"] = rules.version
    merged = merge_equal(verdicts, ground.today_day)
    merged["available_from_day"] = earliest_days(merged)
    return merged[VERDICT]


def _strike(ground: Ground, rules: RuleSet) -> pd.DataFrame:
    """Ask every rule about all parcels at once."""
    found = [
        (EFFECTS.index(rule.effect), number, rule.predicate.judge(ground, rule.params))
        for number, rule in enumerate(rules.rules)
    ]
    hits = gather_hits(found)
    return follow(hits, ground) if len(hits) else hits


def _cut(ground: Ground, hits: pd.DataFrame) -> Split:
    """Cut versions at every day on which a hit begins or ends; row numbers count versions, then hits."""
    rows = [ground.versions.frame[["version", "from_day", "to_day"]]]
    if len(hits):
        rows.append(hits[["version", "from_day", "to_day"]])
    both = pd.concat(rows)
    return split(*(both[name].to_numpy(dtype=np.int64) for name in ("version", "from_day", "to_day")))


def _judge(
    ground: Ground, rules: RuleSet, hits: pd.DataFrame, version: Ints, interval_of: Ints, hit_of: Ints
) -> pd.DataFrame:
    count = len(version)
    if not len(hits):
        return _verdicts(ground, version)
    effect = hits["effect"].to_numpy()[hit_of]
    blocking: Flags = effect == EFFECTS.index("block")
    parts = usable_parts(
        ground.versions, version, interval_of[blocking], hits.iloc[hit_of[blocking]], rules.remnant_m2
    )
    burdened = np.bincount(interval_of[effect < EFFECTS.index("note")], minlength=count) > 0
    left = parts["usable_area_m2"].to_numpy() > 0
    parts["status"] = np.where(burdened, np.where(left, "conditional", "unavailable"), "available")
    reasons = reasons_of(hits, rules)
    told: list[Any] = [[] for _ in range(count)]
    public: list[Any] = [[] for _ in range(count)]
    numbers = hits["rule"].to_numpy()
    for interval, struck in zip(
        np.unique(interval_of).tolist(), gather(hit_of, interval_of, np.arange(len(hit_of))), strict=True
    ):
        told[interval] = distinct(reasons[hit] for hit in struck.tolist())
        public[interval] = public_reasons(numbers[struck].tolist(), rules)
    return parts.assign(reasons=as_column(told), reasons_public=as_column(public))


def _verdicts(ground: Ground, version: Ints) -> pd.DataFrame:
    """Return the verdicts of a city without any reason against it."""
    frame = pd.DataFrame({"usable": as_column(ground.versions.shapes_of(version))})
    frame["usable_area_m2"] = np.round(ground.versions.frame["area_m2"].to_numpy()[version], 2)
    frame["status"] = "available"
    return frame.assign(
        reasons=as_column([[] for _ in version]), reasons_public=as_column([[] for _ in version])
    )


def _planned(ground: Ground, hits: pd.DataFrame, cut: Split) -> Any:
    """Tell which intervals begin on a day on which a hit begins or ends because that was planned."""
    planned: set[tuple[str, int]] = set()
    parcel = ground.versions.frame["parcel"].to_numpy()
    for bound in ("from", "to") if len(hits) else ():
        marked = hits[hits[f"{bound}_plan"]]
        planned |= set(zip(parcel[marked["version"]], marked[f"{bound}_day"].tolist(), strict=True))
    return [key in planned for key in zip(parcel[cut.owner], cut.from_day.tolist(), strict=True)]

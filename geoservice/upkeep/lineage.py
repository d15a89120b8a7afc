"""Keeping the lineage of parcels: what a change did to the ground, recorded with the change itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import shapely

from geoservice.db import UnitOfWork
from geoservice.geo.lineage import parcel_lineage
from geoservice.registry import lineage
from geoservice.registry.lineage import States


def keep_lineage(unit: UnitOfWork) -> None:
    """Record which parcels came from which, where parcels began, ended or changed their shape."""
    keys = unit.touched.get("parcel", set())
    if not keys or unit.restoring:
        return
    for day in sorted(unit.days.get("parcel", set())):
        _keep_day(unit, keys, day)


def _keep_day(unit: UnitOfWork, keys: set[str], day: date) -> None:
    before = lineage.replaced_on(unit, keys, day)
    gone_before = lineage.ended_without_heirs(unit, keys, day)
    if not len(before) and not len(gone_before):
        return
    states = _moved(lineage.written_on(unit, keys, day), before)
    heirs = lineage.standing_on(unit, states.gone, keys, day)
    olds = pd.concat([states.before, gone_before], ignore_index=True)
    news = pd.concat([states.after, heirs], ignore_index=True)
    lineage.record_lineage(unit, parcel_lineage(olds, news), day)


def _moved(after: pd.DataFrame, before: pd.DataFrame) -> States:
    """Leave out the parcels whose shape stayed; those without a shape after ended."""
    shapes: dict[str, Any] = dict(zip(before["key"], before["geometry"], strict=True))
    kept = {
        key
        for key, shape in zip(after["key"], after["geometry"], strict=True)
        if key in shapes and bool(shapely.equals(shapes[key], shape))
    }
    ended = before[~before["key"].isin(set(after["key"]))]
    return States(
        before[~before["key"].isin(kept)],
        after[~after["key"].isin(kept)],
        ended.reset_index(drop=True),
    )

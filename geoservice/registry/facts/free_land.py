"""Facts about land that is free, and about verdicts that turn for the better."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, and_, case, or_, select

from geoservice.db.frames import read_frame
from geoservice.model import verdict
from geoservice.model.vocabulary import VerdictStatus
from geoservice.registry.collections.relation import believed, named_alias
from geoservice.registry.facts.narrowed import visible
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment

FREE: Final = (VerdictStatus.AVAILABLE.value, VerdictStatus.CONDITIONAL.value)
GROUPS: Final = {
    "park": ("park", "park_name"),
    "district": ("district", "district_name"),
    "use": ("use_system", "use_code", "use_name"),
}
"""What free land is counted by: the fields that make a group."""


def free_land(connection: Connection, query: FeatureQuery, by: str) -> pd.DataFrame:
    """Return one row per available or conditional parcel the principal sees: group, status, areas, plan.

    Fields the role does not see are not among the columns. One statement, O(parcels in force).
    """
    relation, found = visible(connection, query)
    names = ("status", "area_m2", "usable_area_m2", "plan", *GROUPS[by])
    columns = [relation.fields[name].label(name) for name in names if query.view.shows(name)]
    statement = (
        select(*columns)
        .select_from(relation.source)
        .where(*found, relation.fields["status"].in_(FREE))
        .order_by(relation.key)
    )
    return read_frame(connection, statement)


def turns(connection: Connection, moment: Moment, start: date, end: date) -> pd.DataFrame:
    """Return the verdicts that turn for the better in ``[start, end]``, with what was said the day before.

    Columns ``parcel, turns_on, plan, status_before, status, reasons_before, reasons, available_from``.
    One self-join over the intervals that begin in the period, O(those intervals).
    """
    old, new = named_alias(verdict, "old"), named_alias(verdict, "new")
    statement = (
        select(
            new.c.parcel,
            new.c.valid_from.label("turns_on"),
            new.c.plan,
            old.c.status.label("status_before"),
            new.c.status,
            old.c.reasons.label("reasons_before"),
            new.c.reasons,
            new.c.usable_area_m2,
        )
        .join_from(new, old, and_(old.c.parcel == new.c.parcel, old.c.valid_to == new.c.valid_from))
        .where(
            believed(new, moment),
            believed(old, moment),
            new.c.valid_from >= start,
            new.c.valid_from <= end,
            _rank(new.c.status) > _rank(old.c.status),
        )
        .order_by(new.c.valid_from, new.c.parcel)
    )
    return read_frame(connection, statement)


def turning_parcels(moment: Moment, start: date, end: date) -> Any:
    """Return the subquery of parcels with a verdict that begins in the period and frees something."""
    return select(verdict.c.parcel).where(
        believed(verdict, moment),
        verdict.c.valid_from >= start,
        verdict.c.valid_from <= end,
        or_(*(verdict.c.status == status for status in FREE)),
    )


def _rank(status: Any) -> Any:
    return case((status == VerdictStatus.AVAILABLE.value, 2), (status == FREE[1], 1), else_=0)

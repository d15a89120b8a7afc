"""Expropriation and clearance tasks (征拆任务) as features: counts, rates and areas, never a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, and_, case, literal, null, or_

from geoservice import clock
from geoservice.access.policy import View
from geoservice.db.types import Day
from geoservice.model import demolition_progress, demolition_task
from geoservice.registry.collections.parcels import NOTICE
from geoservice.registry.collections.relation import (
    Collection,
    Relation,
    named_alias,
    place_joins,
    version_fields,
)
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

SMALL_COUNT: Final = 5
"""Counts below this, and all that would reveal them, are withheld where the policy says ``suppressed``."""

_TASK: Final = (
    "key",
    "task_number",
    "name",
    "land_kind",
    "unit",
    "county",
    "announced_on",
    "started_on",
    "planned_clear_on",
    "delivered_on",
    "target_households",
    "area_m2",
    "search",
    "extra",
)
COUNTS: Final = (
    "households_total",
    "households_signed",
    "households_vacated",
    "households_demolished",
    "households_remaining",
    "signed_rate",
    "vacated_rate",
    "demolished_rate",
)
_FIGURES: Final = ("floor_area_m2", "demolished_floor_area_m2", "delivered_area_m2", "units_total")


def _demolition(moment: Moment, view: View) -> Relation:
    rows = named_alias(demolition_task, "rows")
    progress = named_alias(demolition_progress, "progress")
    figures = moment if view.counts == "full" else _end_of_last_month(moment)
    source, places = place_joins(rows, rows, moment)
    source = source.outerjoin(progress, and_(progress.c.task == rows.c.key, in_force(progress, figures)))
    return Relation(
        source=source,
        key=rows.c.key,
        fields={
            **{name: rows.c[name] for name in _TASK},
            **places,
            "state": progress.c.state,
            "public_state": progress.c.public_state,
            **_counts(progress, suppressed=view.counts == "suppressed"),
            **{name: progress.c[name] for name in _FIGURES},
            "figures_on": literal(figures.day, Day),
            "notice": literal(NOTICE),
            **version_fields(rows),
        },
        geojson=rows.c.geojson,
        shapes=((demolition_task, rows),),
        where=(in_force(rows, moment),),
        search=rows.c.search,
        # Announced means announced by now: asking about a future day must not reveal what is only planned.
        rules={"announced": rows.c.announced_on <= min(moment.day, clock.today())},
        districts=rows.c.district,
        parks=rows.c.park,
    )


def _counts(progress: FromClause, *, suppressed: bool) -> dict[str, ColumnElement[Any]]:
    if not suppressed:
        return {name: progress.c[name] for name in COUNTS}
    withheld = or_(*(_small(progress.c[name]) for name in COUNTS if name.startswith("households_")))
    return {name: case((withheld, null()), else_=progress.c[name]) for name in COUNTS}


def _small(count: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(count > 0, count < SMALL_COUNT)


def _end_of_last_month(moment: Moment) -> Moment:
    return Moment(date(moment.day.year, moment.day.month, 1) - timedelta(days=1), moment.known_at)


DEMOLITION: Final = Collection(
    "demolition",
    "征拆",
    ("demolition_task", "demolition_progress", "zone", "park"),
    _demolition,
    equal=("park", "district", "state", "public_state", "land_kind"),
)

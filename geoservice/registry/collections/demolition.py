"""Expropriation and clearance tasks (征拆任务) as features: counts, rates and areas, never a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Double, FromClause, and_, case, cast, literal, null

from geoservice import clock
from geoservice.access.policy import View
from geoservice.db.types import Day
from geoservice.model import demolition_progress, demolition_published, demolition_task
from geoservice.registry.collections.parcels import NOTICE
from geoservice.registry.collections.relation import (
    Collection,
    Relation,
    named_alias,
    place_joins,
    remembered,
    version_fields,
)
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

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
    "signing_threshold",
    "signing_deadline",
    "acquired_area_m2",
    "funds_due_fen",
    "funds_paid_fen",
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


@remembered
def _demolition(moment: Moment, view: View) -> Relation:
    rows = named_alias(demolition_task, "rows")
    progress = named_alias(demolition_progress, "progress")
    suppressed = view.counts == "suppressed"
    figures = _end_of_last_month(moment) if suppressed else moment
    source, places = place_joins(rows, rows, moment)
    source = source.outerjoin(progress, and_(progress.c.task == rows.c.key, in_force(progress, figures)))
    if suppressed:
        told = named_alias(demolition_published, "told")
        source = source.outerjoin(told, and_(told.c.task == rows.c.key, in_force(told, _by_now(moment))))
        counts = _published_counts(told)
    else:
        counts = _counts(rows, progress, figures.day)
    return Relation(
        source=source,
        key=rows.c.key,
        fields={
            **{name: rows.c[name] for name in _TASK},
            **places,
            "state": progress.c.state,
            "public_state": progress.c.public_state,
            **counts,
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
        tasks=lambda task: rows.c.key == task,
    )


def _counts(rows: FromClause, progress: FromClause, day: date) -> dict[str, ColumnElement[Any]]:
    """Return the figures of the day, with what follows from them."""
    total, signed, threshold = (
        progress.c.households_total,
        progress.c.households_signed,
        rows.c.signing_threshold,
    )
    return {
        **{name: progress.c[name] for name in COUNTS},
        # 0.8 × 35 households are 28, and not 28.000000000000004; null where no threshold decides.
        "agreements_effective": case(
            (and_(threshold.is_not(None), total > 0), signed + 1e-9 >= threshold * total), else_=None
        ),
        **{name: progress.c[name] for name in _FIGURES},
        "figures_on": literal(day, Day),
    }


def _published_counts(told: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the frozen figures of a month; what could be subtracted from them is not there at all."""
    return {
        **{name: told.c[name] for name in COUNTS},
        "agreements_effective": cast(null(), Boolean),
        **{name: cast(null(), Double) for name in _FIGURES},
        "figures_on": told.c.figures_on,
    }


def _by_now(moment: Moment) -> Moment:
    """Return the moment no later than today, nor than what was known by when: figures to come are not out yet."""
    known = moment.known_at
    today = clock.today() if known is None else min(clock.today(), known.astimezone(clock.SHANGHAI).date())
    return Moment(min(moment.day, today), known)


def _end_of_last_month(moment: Moment) -> Moment:
    day = min(moment.day, clock.today())
    return Moment(date(day.year, day.month, 1) - timedelta(days=1), moment.known_at)


DEMOLITION: Final = Collection(
    "demolition",
    "征拆",
    ("demolition_task", "demolition_progress", "demolition_published", "zone", "park"),
    _demolition,
    equal=("park", "district", "state", "public_state", "land_kind"),
)

"""Units of demolition tasks, one by one: for the expropriation office within its reach, and for nobody else.

This collection stands outside of :data:`~geoservice.registry.collections.COLLECTIONS`: what serves, draws, compares
or exports collections does not know of it. Read it through :mod:`geoservice.registry.units`, which logs every read.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal, not_, null, or_

from geoservice.access.policy import View
from geoservice.model import demolition_task, demolition_unit
from geoservice.registry.collections.relation import (
    Collection,
    Relation,
    named,
    named_alias,
    remembered,
    version_fields,
)
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

STEPS: Final = ("surveyed", "appraised", "signed", "compensated", "vacated", "demolished")
BRANCH: Final = ("decided", "reviewed", "litigated", "enforcement")
_PLAIN: Final = ("key", "unit_number", "task", "kind", "floor_area_m2", "land_area_m2", "county", "extra")


@remembered
def _units(moment: Moment, _: View) -> Relation:
    rows = named_alias(demolition_unit, "rows")
    task, on_task = named(demolition_task, "own_task", rows.c.task, moment)
    dated = {name: _by(rows.c[f"{name}_on"], moment.day) for name in (*STEPS, *BRANCH)}
    return Relation(
        # A unit whose task is not there that day belongs to nobody's district.
        source=rows.join(task, on_task),
        key=rows.c.key,
        fields={
            **{name: rows.c[name] for name in _PLAIN},
            "task_number": task.c.task_number,
            "task_name": task.c.name,
            "district": task.c.district,
            "park": task.c.park,
            "state": _state(rows, moment.day),
            **{f"{name}_on": column for name, column in dated.items()},
            **{f"{name}_evidence": rows.c[f"{name}_evidence"] for name in (*STEPS, *BRANCH)},
            **version_fields(rows),
        },
        geojson=rows.c.geojson,
        shapes=((demolition_unit, rows),),
        where=(in_force(rows, moment),),
        search=func.lower(rows.c.unit_number),
        districts=task.c.district,
        parks=task.c.park,
        tasks=lambda key: rows.c.task == key,
    )


def _by(day_of_fact: ColumnElement[Any], day: date) -> ColumnElement[Any]:
    """Show a fact only once it has happened."""
    return case((day_of_fact <= day, day_of_fact), else_=null())


def _state(rows: FromClause, day: date) -> ColumnElement[Any]:
    """Return the furthest fact of the day, or ``disputed``: what the kernel's ``unit_states`` says, in SQL."""
    signed = rows.c.signed_on
    unsettled = [
        and_(branch <= day, or_(signed.is_(None), signed > day, signed < branch))
        for branch in (rows.c[f"{name}_on"] for name in BRANCH)
    ]
    left = or_(
        *(and_(rows.c[name].is_not(None), rows.c[name] <= day) for name in ("vacated_on", "demolished_on"))
    )
    furthest = [(rows.c[f"{name}_on"] <= day, literal(name)) for name in reversed(STEPS)]
    return case((and_(not_(left), or_(*unsettled)), literal("disputed")), *furthest, else_=literal("none"))


UNITS: Final = Collection(
    "demolition_units",
    "征拆户",
    ("demolition_unit", "demolition_task"),
    _units,
    equal=("task", "kind", "state", "district", "park"),
    area=None,
)

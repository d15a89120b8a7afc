"""征拆任务书: one task whole, with figures, procedure and its findings, targets against done, and the forecast."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd
from sqlalchemy import Connection

from geoservice import clock
from geoservice.clock import OPEN_DAY, day_number, day_of
from geoservice.demolition import check_facts, with_days
from geoservice.demolition.facts import days
from geoservice.demolition.forecast import Forecast, forecast
from geoservice.demolition.milestones import Milestone, ProcedureFinding, check_milestones
from geoservice.demolition.procedure import Procedure, Procedures
from geoservice.demolition.states import unit_states
from geoservice.demolition.targets import KINDS, Target, effective, standing
from geoservice.demolition.workdays import WorkCalendar
from geoservice.errors import NotFound
from geoservice.registry import features
from geoservice.registry.facts import task_sheet as facts
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment
from geoservice.reporting.clearance import acquired_of, require_sums

UNIT_STATES: Final = (
    "none",
    "surveyed",
    "appraised",
    "signed",
    "compensated",
    "vacated",
    "demolished",
    "disputed",
)
Document = dict[str, Any]


def task_sheet(
    connection: Connection, query: FeatureQuery, key: str, procedures: Procedures, calendar: WorkCalendar
) -> Document:
    """Return everything about one task but its single units.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        A question to the collection of tasks; figures, milestones and facts are those of its moment.
    key : str
        Which task.
    procedures : Procedures
    calendar : WorkCalendar

    Raises
    ------
    Forbidden
        To roles that read published figures alone.
    NotFound
        If the reader does not see the task.
    """
    require_sums(query)
    feature = orjson.loads(features.item(connection, query, key))
    task, day = feature["properties"], query.moment.day
    units = with_days(facts.unit_facts(connection, [key], query.moment))
    on_day = min(day, clock.today())
    return {
        "key": key,
        "datetime": day.isoformat(),
        "task": task,
        "geometry": feature["geometry"],
        "parcels": facts.subjects_of(connection, [key], "parcel", query.moment).get(key, []),
        "projects": facts.subjects_of(connection, [key], "project", query.moment).get(key, []),
        "units": _units(units, on_day),
        "signing": _signing(task, on_day),
        "procedure": procedure_sheet(connection, key, task["land_kind"], query.moment, procedures, calendar),
        "targets": _targets(connection, query, key, task),
        "forecast": _forecasts(task, units, on_day),
    }


def procedure_sheet(
    connection: Connection,
    key: str,
    land_kind: str | None,
    moment: Moment,
    procedures: Procedures,
    calendar: WorkCalendar,
) -> Document:
    """Return the steps of a task's procedure with their days, and what is strange about them."""
    procedure = procedures.of_land(land_kind)
    if procedure is None:
        return {"track": None, "version": procedures.version, "steps": [], "findings": []}
    held = _held(facts.milestones_of(connection, key, moment), procedure)
    found = check_milestones(procedure, held, calendar, min(moment.day, clock.today()))
    return {
        "track": procedure.code,
        "zh": procedure.zh,
        "en": procedure.en,
        "source": procedure.source,
        "version": procedures.version,
        "steps": [_step(procedure, code, held) for code in (step.code for step in procedure.steps)],
        "findings": [_finding(one) for one in found],
    }


def _held(rows: list[dict[str, Any]], procedure: Procedure) -> dict[str, Milestone]:
    return {
        row["kind"]: Milestone(row["planned_on"], row["actual_on"], row["evidence"])
        for row in rows
        if row["track"] == procedure.code
    }


def _step(procedure: Procedure, code: str, held: dict[str, Milestone]) -> Document:
    step = procedure.step(code)
    if step is None:
        raise NotFound("There is no such step", code, "Check the file of procedures.")
    one = held.get(code, Milestone())
    return {
        **asdict(step),
        "planned_on": _iso(one.planned_on),
        "actual_on": _iso(one.actual_on),
        "evidence": one.evidence,
    }


def _finding(one: ProcedureFinding) -> Document:
    return asdict(one) | {"due_on": _iso(one.due_on)}


def _units(units: pd.DataFrame, day: date) -> Document:
    """Return how many units stand where, and how many things are strange about their facts; never which."""
    states = unit_states(units, day_number(day)).tolist() if len(units) else []
    found = check_facts(units, day_number(clock.today()))
    return {
        "by_state": {state: states.count(state) for state in UNIT_STATES},
        "unsigned": int((days(units, "signed") > day_number(day)).sum()) if len(units) else 0,
        "findings": {str(code): int(n) for code, n in found["code"].value_counts().sort_index().items()},
    }


def _signing(task: Document, day: date) -> Document:
    """Return whether agreements take effect, by the threshold of the task (旧城改建)."""
    signed, total = int(task["households_signed"] or 0), int(task["households_total"] or 0)
    threshold, deadline = task["signing_threshold"], task["signing_deadline"]
    needed = None if threshold is None else int(np.ceil(threshold * total - 1e-9))
    takes = effective(signed, total, threshold)
    over = deadline is not None and date.fromisoformat(deadline) < day
    return {
        "threshold": threshold,
        "deadline": deadline,
        "signed": signed,
        "total": total,
        "needed": needed,
        "effective": takes,
        "failed": bool(over and takes is False),
    }


def _targets(connection: Connection, query: FeatureQuery, key: str, task: Document) -> list[Document]:
    found = []
    for row in facts.targets_of(connection, [key], query.moment).get(key, []):
        if row["kind"] not in KINDS:
            continue
        target = Target(row["kind"], row["period_from"], row["period_to"], row["amount"])
        before = _figure(connection, query, key, target.kind, target.period_from - timedelta(days=1))
        last = min(query.moment.day, clock.today(), target.period_to)
        now = (
            _value(task, target.kind)
            if last == query.moment.day
            else _figure(connection, query, key, target.kind, last)
        )
        zh, en, unit = KINDS[target.kind]
        told = standing(
            target,
            before,
            now if last >= target.period_from else before,
            min(query.moment.day, clock.today()),
        )
        document = {name: value for name, value in asdict(told).items() if name != "target"}
        found.append(
            {
                "kind": target.kind,
                "zh": zh,
                "en": en,
                "unit": unit,
                "period_from": target.period_from.isoformat(),
                "period_to": target.period_to.isoformat(),
                "amount": target.amount,
                **document,
            }
        )
    return found


def _figure(connection: Connection, query: FeatureQuery, key: str, kind: str, day: date) -> float:
    """Return a figure of the task on another day, 0 before it was known."""
    asked = replace(query, moment=replace(query.moment, day=day))
    try:
        task = orjson.loads(features.item(connection, asked, key))["properties"]
    except NotFound:
        return 0.0
    return _value(task, kind)


def _value(task: Document, kind: str) -> float:
    return acquired_of(task) if kind == "acquired_area_m2" else float(task[kind] or 0)


def _forecasts(task: Document, units: pd.DataFrame, day: date) -> Document:
    """Return when all units will be vacated and when demolished, at the recent pace."""
    today = day_number(day)
    started = task["started_on"] or task["announced_on"] or task["valid_from"]
    since = day_number(date.fromisoformat(started))
    found: dict[str, Forecast] = {}
    for fact in ("vacated", "demolished"):
        happened = days(units, fact) if len(units) else np.zeros(0, dtype=np.int64)
        # Who is demolished has left, whether or not a day of leaving was written down.
        if fact == "vacated" and len(units):
            happened = np.minimum(happened, days(units, "demolished"))
        left = happened > today
        disputed = int((unit_states(units, today) == "disputed").to_numpy()[left].sum()) if len(units) else 0
        told = forecast(
            happened[happened < OPEN_DAY], int(left.sum()), today, since_day=since, disputed=disputed
        )
        found[fact] = told
    return {
        "vacated": _told(found["vacated"]),
        "demolished": _told(_after(found["demolished"], found["vacated"])),
    }


def _after(later: Forecast, earlier: Forecast) -> Forecast:
    """Keep what follows from being expected before what it follows: nobody is demolished who has not left."""
    if later.status != "forecast" or earlier.status != "forecast":
        return later
    names = ("expected_day", "low_day", "high_day")
    return replace(later, **{name: max(getattr(later, name), getattr(earlier, name)) for name in names})


def _told(one: Forecast) -> Document:
    document = asdict(one)
    for name in ("expected", "low", "high"):
        number = document.pop(f"{name}_day")
        document[f"{name}_on"] = None if number is None else _iso(day_of(number))
    return document


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

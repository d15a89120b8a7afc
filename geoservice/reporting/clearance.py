"""Clearance rolled up: by park, district, unit, project, parcel, the whole city, and month by month."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from geoservice import clock
from geoservice.errors import Forbidden, InvalidInput
from geoservice.registry.facts.narrowed import Feature, read_features
from geoservice.registry.facts.task_sheet import subjects_of, targets_of
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment
from geoservice.reporting.land import M2_PER_MU

GROUPS: Final = ("month", "park", "district", "unit", "project", "parcel", "city")
SHAPED: Final = {"park": "parks", "district": "zones", "project": "projects", "parcel": "parcels"}
"""Group → the collection its shapes come from, as the reader sees it."""
MOST_MONTHS: Final = 60

COUNTS: Final = (
    "households_total",
    "households_signed",
    "households_vacated",
    "households_demolished",
    "households_remaining",
    "units_total",
)
AREAS: Final = (
    "floor_area_m2",
    "demolished_floor_area_m2",
    "area_m2",
    "acquired_area_m2",
    "delivered_area_m2",
)
FUNDS: Final = ("funds_due_fen", "funds_paid_fen")
_FLOWS: Final = (
    "households_signed",
    "households_vacated",
    "households_demolished",
    "demolished_floor_area_m2",
    "delivered_area_m2",
)
_TELLING: Final = ("households_signed", "households_vacated", "households_demolished")
Figures = dict[str, Any]
Tasks = Mapping[str, Feature]


@dataclass(frozen=True)
class Shapes:
    """Returns key → feature of the reader's own questions to a collection, for some keys."""

    read: Callable[[str, Sequence[str]], dict[str, Feature]]


def require_sums(query: FeatureQuery) -> None:
    """Refuse sums to those who read frozen figures per task alone.

    Raises
    ------
    Forbidden
        Sums over tasks that a reader chooses would tell, by subtraction, what is withheld of one.
    """
    if query.view.counts != "full" or not query.view.shows("households_total"):
        raise Forbidden(
            f"The role {query.principal.role.zh} reads published figures by task and month alone",
            None,
            "Ask for by=task or by=month.",
        )


def rolled_up(connection: Connection, query: FeatureQuery, by: str, shapes: Shapes) -> list[Feature]:
    """Return the figures of the tasks a question finds, per group on the day of the question.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        A question to the collection of tasks.
    by : str
        ``park``, ``district``, ``unit``, ``project``, ``parcel`` or ``city``.
    shapes : Shapes
        Where names and shapes of groups come from.

    Notes
    -----
    A task that belongs to several parcels or projects counts in each as a whole (``shared_tasks`` says how many do),
    so that those groups do not add up to the city. What belongs to no group comes last under a null key.
    O(tasks × groups).
    """
    require_sums(query)
    now = read_features(connection, query)
    before = _at_years_end(connection, query)
    targets = _targets(connection, now, query.moment)
    groups = _members(connection, now, by, query.moment)
    keys = [key for key in groups if key is not None]
    belongs = Counter(task for key in keys for task in groups[key])
    seen = shapes.read(SHAPED[by], sorted(keys)) if by in SHAPED else {}
    found = []
    for key in sorted(groups, key=lambda name: (name is None, name or "")):
        if by in SHAPED and key is not None and key not in seen:
            continue  # the reader does not see the place itself
        figures = summed([now[task] for task in groups[key]])
        figures |= _year(groups[key], now, before, targets, query.moment.day)
        shared = sum(belongs[task] > 1 for task in groups[key])
        found.append(_feature(by, key, figures | {"shared_tasks": shared}, seen.get(key or "")))
    return found


def by_month(connection: Connection, query: FeatureQuery, start: date, end: date) -> list[Feature]:
    """Return what stood at the end of each month and what was done in it; months to come are left out.

    Who reads suppressed counts gets a row per task and month with the figures published for it, and no sum.
    """
    if not query.view.shows("households_total"):
        require_sums(query)
    months = _months(start, end, clock.today())
    if query.view.counts != "full":
        return [row for end_of in months for row in _published(connection, query, end_of)]
    found: list[Feature] = []
    before = summed(_features_on(connection, query, _day_before(months[0]))) if months else {}
    for end_of in months:
        figures = summed(_features_on(connection, query, min(end_of, clock.today())))
        done = {f"{name}_in_month": _rounded(figures[name] - before[name]) for name in _FLOWS}
        head = {"month": f"{end_of:%Y-%m}", "figures_on": min(end_of, clock.today()).isoformat()}
        found.append(_plain_feature(f"{end_of:%Y-%m}", head | figures | done))
        before = figures
    return found


def summed(tasks: Iterable[Feature]) -> Figures:
    """Add up the figures of tasks; rates are shares of the sums, null where there is nothing to share.

    Sums are made without rounding on the way (``math.fsum``), so that order does not matter.
    """
    rows = [task["properties"] for task in tasks]
    figures: Figures = {"tasks": len(rows)}
    figures |= {name: sum(int(row.get(name) or 0) for row in rows) for name in COUNTS}
    total = figures["households_total"]
    figures |= {
        f"{name}_rate": _share(figures[f"households_{name}"], total)
        for name in ("signed", "vacated", "demolished")
    }
    for name in AREAS:
        values = (acquired_of(row) if name == "acquired_area_m2" else row.get(name) for row in rows)
        figures[name] = _rounded(math.fsum(float(value or 0) for value in values))
    for name in ("acquired", "delivered"):
        figures[f"{name}_mu"] = round(figures[f"{name}_area_m2"] / M2_PER_MU, 4)
    figures["delivery_rate"] = _share(figures["delivered_area_m2"], figures["area_m2"])
    figures |= {name: sum(int(row.get(name) or 0) for row in rows) for name in FUNDS}
    figures["paid_rate"] = _share(figures["funds_paid_fen"], figures["funds_due_fen"])
    return figures


def acquired_of(task: Mapping[str, Any]) -> float:
    """Return the land a task has acquired: what its office states, else all of it once it is delivered."""
    stated = task.get("acquired_area_m2")
    return float(stated if stated is not None else task.get("delivered_area_m2") or 0)


def _members(connection: Connection, tasks: Tasks, by: str, moment: Moment) -> dict[str | None, list[str]]:
    groups: dict[str | None, list[str]] = defaultdict(list)
    linked = subjects_of(connection, list(tasks), by, moment) if by in ("project", "parcel") else {}
    for key, feature in tasks.items():
        if by in ("project", "parcel"):
            subjects: list[str | None] = [*linked.get(key, ())]
            for subject in subjects or [None]:
                groups[subject].append(key)
        else:
            groups[None if by == "city" else feature["properties"].get(by)].append(key)
    return groups


def _year(
    keys: Sequence[str], now: Tasks, before: Tasks, targets: Mapping[str, list[Any]], day: date
) -> Figures:
    """Return what was done this year, and the year's targets where they were given."""
    at_end, at_start = (summed([t[key] for key in keys if key in t]) for t in (now, before))
    figures: Figures = {f"{name}_this_year": _rounded(at_end[name] - at_start[name]) for name in _FLOWS}
    for name in _FLOWS:
        given = [
            one["amount"]
            for key in keys
            for one in targets.get(key, ())
            if one["kind"] == name and one["period_from"].year == one["period_to"].year == day.year
        ]
        if given:
            figures[f"{name}_target"] = _rounded(math.fsum(given))
            completion = _share(figures[f"{name}_this_year"], figures[f"{name}_target"])
            figures[f"{name}_completion"] = completion
    return figures


def _targets(connection: Connection, tasks: Tasks, moment: Moment) -> dict[str, list[Any]]:
    return targets_of(connection, list(tasks), moment)


def _at_years_end(connection: Connection, query: FeatureQuery) -> dict[str, Feature]:
    """Return the tasks as they stood when the year began; filters of the day would choose others."""
    moment = Moment(date(query.moment.day.year - 1, 12, 31), query.moment.known_at)
    return read_features(connection, replace(query, moment=moment, filters=replace(query.filters, equal={})))


def _features_on(connection: Connection, query: FeatureQuery, day: date) -> list[Feature]:
    return list(read_features(connection, replace(query, moment=replace(query.moment, day=day))).values())


def _published(connection: Connection, query: FeatureQuery, month_end: date) -> list[Feature]:
    """Return what is published of the month, once it is over."""
    day = month_end + timedelta(days=1)
    if day > clock.today():
        return []
    names = ("key", "name", "task_number", "figures_on", *COUNTS[:-1], "signed_rate", "demolished_rate")
    rows = []
    for feature in _features_on(connection, query, day):
        told = {name: feature["properties"][name] for name in names if name in feature["properties"]}
        rows.append(
            _plain_feature(f"{feature['id']}/{month_end:%Y-%m}", {"month": f"{month_end:%Y-%m}", **told})
        )
    return rows


def _months(start: date, end: date, today: date) -> list[date]:
    """Return the last day of each month from `start` to `end`, the running one being the last."""
    if (end.year - start.year) * 12 + end.month - start.month >= MOST_MONTHS:
        raise InvalidInput("These are too many months", f"{start}/{end}", f"Ask for up to {MOST_MONTHS}.")
    found, first = [], start.replace(day=1)
    while first <= min(end, today):
        following = (first + timedelta(days=32)).replace(day=1)
        found.append(following - timedelta(days=1))
        first = following
    return found


def _day_before(month_end: date) -> date:
    return month_end.replace(day=1) - timedelta(days=1)


def _feature(by: str, key: str | None, figures: Figures, shape: Feature | None) -> Feature:
    name = key if shape is None else (shape["properties"].get("name") or key)
    head = {by: key, f"{by}_name": name} if by in SHAPED else {by: key}
    found = _plain_feature(key if key is not None else f"no-{by}", head | figures)
    return found | {"geometry": None if shape is None else shape["geometry"]}


def _plain_feature(key: str, properties: Figures) -> Feature:
    return {"type": "Feature", "id": key, "geometry": None, "properties": properties}


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _rounded(number: float) -> float | int:
    return number if isinstance(number, int) else round(number, 2)

"""Expropriation tasks: groups of neighbouring parcels, the land some projects wait for first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely
from shapely import Polygon

from .curves import largest
from .parcels import Parcel, near_any
from .place import TODAY, chance
from .projects import Project

_PLAN = [  # what has come of the task, how many, states of the land it covers
    ("delivered", 9, ("clear", "reserved")),
    ("demolished", 3, ("acquired",)),
    ("running", 16, ("acquiring", "acquired")),
    ("announced", 5, ("acquiring", "approved")),
    ("to_announce", 4, ("approved", "in_approval", "to_acquire")),
    ("idea", 3, ("to_acquire", "in_approval")),
]


@dataclass(frozen=True)
class Task:
    """A 征拆任务 with its boundary in local metres."""

    number: str
    name: str
    kind: str
    land: str
    unit: str
    county: str
    park: str
    parcels: list[Parcel]
    projects: list[str]
    announced_on: date | None
    started_on: date | None
    planned_clear_on: date
    delivered_on: date | None
    shape: Polygon
    households: int = 0


def draw_tasks(parcels: list[Parcel], projects: list[Project]) -> list[Task]:
    """Return forty tasks; how many households they concern is counted later."""
    rng = chance("tasks")
    tasks: list[Task] = []
    for kind, members in _clusters(parcels, _wanted(projects), rng):
        tasks.append(_task(len(tasks) + 1, kind, members, projects, tasks, rng))
    return tasks


def _wanted(projects: list[Project]) -> set[str]:
    """Return the numbers of the parcels that projects wait for or stand on."""
    return {link.parcel.number for project in projects for link in project.links}


def _clusters(
    parcels: list[Parcel], wanted: set[str], rng: np.random.Generator
) -> Iterator[tuple[str, list[Parcel]]]:
    """Yield groups of neighbouring parcels in the states a kind of task covers, land of projects first."""
    near = near_any([parcel.shape for parcel in parcels], 34)
    free = set(range(len(parcels)))
    turn = rng.random(len(parcels)) - 0.9 * np.array(
        [parcel.number in wanted for parcel in parcels]
    ) * rng.random(len(parcels))
    order = [int(i) for i in turn.argsort()]
    for kind, count, states in _PLAN:
        found = 0
        for smallest in (4, 2, 1):
            for i in order:
                if found == count or i not in free or parcels[i].state not in states:
                    continue
                group = _grow(i, parcels, near, free, states, int(rng.integers(6, 17)))
                if len(group) >= smallest:
                    free.difference_update(group)
                    found += 1
                    yield kind, [parcels[j] for j in group]


def _grow(
    start: int,
    parcels: list[Parcel],
    near: list[list[int]],
    free: set[int],
    states: tuple[str, ...],
    most: int,
) -> list[int]:
    group = [start]
    for i in group:
        for j in near[i]:
            if len(group) < most and j in free and j not in group and parcels[j].state in states:
                group.append(j)
    return group


def _task(
    serial: int,
    kind: str,
    members: list[Parcel],
    projects: list[Project],
    others: list[Task],
    rng: np.random.Generator,
) -> Task:
    first = members[0]
    state_land = first.kind in ("old", "core", "residential", "town", "new")
    announced, started, planned, delivered = _calendar(kind, rng)
    numbers = {parcel.number for parcel in members}
    shape = _boundary(members, others)
    linked = [project.number for project in projects if _concerns(project, numbers, shape)]
    title = "旧城改造" if first.kind == "old" else "房屋征收" if state_land else "集体土地征收"
    return Task(
        number=f"ZQ{min(announced or TODAY, TODAY).year}-{serial:02d}",
        name=f"{first.address}{title}项目",
        kind=kind,
        land="国有土地上房屋" if state_land else "集体土地",
        unit=f"{first.subdistrict}办事处"
        if first.subdistrict.endswith("街道")
        else f"{first.subdistrict}人民政府",
        county=first.county,
        park=first.park,
        parcels=members,
        projects=linked,
        announced_on=announced,
        started_on=started,
        planned_clear_on=planned,
        delivered_on=delivered,
        shape=shape,
    )


def _concerns(project: Project, numbers: set[str], shape: Polygon) -> bool:
    """Return whether a project stands on the task's parcels or its own site crosses the task."""
    if project.site is not None:
        return project.reached != "completed" and project.site.intersects(shape)
    return any(link.parcel.number in numbers for link in project.links)


def _boundary(members: list[Parcel], others: list[Task]) -> Polygon:
    """Return a smooth line around the parcels that leaves other tasks alone."""
    around = (
        shapely.union_all([parcel.shape for parcel in members])
        .buffer(19, quad_segs=2)
        .buffer(-13, quad_segs=2)
    )
    apart = (
        around.difference(shapely.union_all([task.shape.buffer(1) for task in others])) if others else around
    )
    return Polygon(largest(apart.simplify(1)).exterior)


def _calendar(kind: str, rng: np.random.Generator) -> tuple[date | None, date | None, date, date | None]:
    """Return the days of 预公告, start, planned clearing and delivery."""
    ahead = int(rng.integers(60, 420))
    if kind == "delivered":
        delivered = _ago(25, 420, rng)
        started = delivered - timedelta(int(rng.integers(240, 480)))
        return (
            started - timedelta(int(rng.integers(25, 60))),
            started,
            delivered + timedelta(int(rng.integers(-40, 50))),
            delivered,
        )
    if kind in ("demolished", "running"):
        started = _ago(330, 470, rng) if kind == "demolished" else _ago(70, 380, rng)
        overdue = rng.random() < 0.35 and started < TODAY - timedelta(240)
        planned = TODAY + timedelta(-int(rng.integers(10, 75)) if overdue else ahead - 35)
        return started - timedelta(int(rng.integers(25, 60))), started, planned, None
    if kind == "announced":
        return _ago(4, 40, rng), None, TODAY + timedelta(200 + ahead), None
    announced = TODAY + timedelta(int(rng.integers(8, 90))) if kind == "to_announce" else None
    return announced, None, TODAY + timedelta(300 + ahead), None


def _ago(low: int, high: int, rng: np.random.Generator) -> date:
    return TODAY - timedelta(int(rng.integers(low, high)))

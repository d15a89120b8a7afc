"""Expropriation: tasks over land being acquired, and their units with dated facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
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
_UNITS = 2_500
_FACTS = ("surveyed_on", "appraised_on", "signed_on", "compensated_on", "vacated_on", "demolished_on")
BRANCH = ("decided_on", "reviewed_on", "litigated_on", "enforcement_on")


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


@dataclass(frozen=True)
class Unit:
    """A household, business or grave of a task; areas in m², facts as dates by name."""

    number: str
    task: str
    kind: str
    floor_m2: float | None
    land_m2: float
    facts: dict[str, date] = field(default_factory=dict)


def draw_demolition(parcels: list[Parcel], projects: list[Project]) -> tuple[list[Task], list[Unit]]:
    """Return forty tasks and their units."""
    rng = chance("demolition")
    tasks: list[Task] = []
    for kind, members in _clusters(parcels, rng):
        tasks.append(_task(len(tasks) + 1, kind, members, projects, tasks, rng))
    weights = np.array([_weight(task) for task in tasks]) * rng.uniform(0.7, 1.3, len(tasks))
    counts = np.maximum(12, np.round(_UNITS * weights / weights.sum())).astype(int)
    units = [unit for task, count in zip(tasks, counts, strict=True) for unit in _units(task, int(count), rng)]
    return [_counted(task, units) for task in tasks], units


def _clusters(parcels: list[Parcel], rng: np.random.Generator) -> Iterator[tuple[str, list[Parcel]]]:
    """Yield groups of neighbouring parcels in the states each kind of task covers."""
    near = near_any([parcel.shape for parcel in parcels], 34)
    free = set(range(len(parcels)))
    order = [int(i) for i in rng.permutation(len(parcels))]
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
    start: int, parcels: list[Parcel], near: list[list[int]], free: set[int], states: tuple[str, ...], most: int
) -> list[int]:
    group = [start]
    for i in group:
        for j in near[i]:
            if len(group) < most and j in free and j not in group and parcels[j].state in states:
                group.append(j)
    return group


def _task(
    serial: int, kind: str, members: list[Parcel], projects: list[Project], others: list[Task], rng: np.random.Generator
) -> Task:
    first = members[0]
    state_land = first.kind in ("old", "core", "residential", "town", "new")
    announced, started, planned, delivered = _calendar(kind, rng)
    numbers = {parcel.number for parcel in members}
    linked = [project.number for project in projects if any(link.parcel.number in numbers for link in project.links)]
    title = "旧城改造" if first.kind == "old" else "房屋征收" if state_land else "集体土地征收"
    return Task(
        number=f"ZQ{2024 + serial % 3}-{serial:02d}", name=f"{first.address}{title}项目", kind=kind,
        land="国有土地上房屋" if state_land else "集体土地",
        unit=f"{first.subdistrict}办事处" if first.subdistrict.endswith("街道") else f"{first.subdistrict}人民政府",
        county=first.county, park=first.park, parcels=members, projects=linked, announced_on=announced,
        started_on=started, planned_clear_on=planned, delivered_on=delivered, shape=_boundary(members, others),
    )


def _boundary(members: list[Parcel], others: list[Task]) -> Polygon:
    """Return a smooth line around the parcels that leaves other tasks alone."""
    around = shapely.union_all([parcel.shape for parcel in members]).buffer(19, quad_segs=2).buffer(-13, quad_segs=2)
    apart = around.difference(shapely.union_all([task.shape.buffer(1) for task in others])) if others else around
    return Polygon(largest(apart.simplify(1)).exterior)


def _calendar(kind: str, rng: np.random.Generator) -> tuple[date | None, date | None, date, date | None]:
    """Return the days of 预公告, start, planned clearing and delivery."""
    ago, ahead = (lambda low, high: TODAY - timedelta(int(rng.integers(low, high)))), int(rng.integers(60, 420))
    if kind == "delivered":
        delivered = ago(25, 420)
        started = delivered - timedelta(int(rng.integers(240, 480)))
        return started - timedelta(int(rng.integers(25, 60))), started, delivered + timedelta(int(rng.integers(-40, 50))), delivered
    if kind in ("demolished", "running"):
        started = ago(330, 470) if kind == "demolished" else ago(70, 380)
        planned = TODAY + timedelta(ahead - 60 if rng.random() < 0.8 else -int(rng.integers(15, 120)))
        return started - timedelta(int(rng.integers(25, 60))), started, planned, None
    if kind == "announced":
        return ago(4, 40), None, TODAY + timedelta(200 + ahead), None
    announced = TODAY + timedelta(int(rng.integers(8, 90))) if kind == "to_announce" else None
    return announced, None, TODAY + timedelta(300 + ahead), None


def _weight(task: Task) -> float:
    dense = 1.5 if task.land.startswith("国有") else 1.0
    return dense * float(np.sqrt(task.shape.area)) * (0.6 if task.kind in ("announced", "to_announce", "idea") else 1.0)


def _units(task: Task, count: int, rng: np.random.Generator) -> Iterator[Unit]:
    for serial in range(1, count + 1):
        kind = str(rng.choice(["户", "非住宅", "坟墓"], p=[0.87, 0.1, 0.03] if task.land == "集体土地" else [0.88, 0.12, 0]))
        floor, land = _areas(kind, task.land, rng)
        yield Unit(f"{task.number}-{serial:03d}", task.number, kind, floor, land, _facts(task, rng))


def _areas(kind: str, land: str, rng: np.random.Generator) -> tuple[float | None, float]:
    if kind == "坟墓":
        return None, round(float(rng.uniform(4, 12)), 1)
    if kind == "非住宅":
        floor = float(np.exp(rng.uniform(np.log(200), np.log(3200))))
        return round(floor, 1), round(floor * float(rng.uniform(0.9, 2.4)), 1)
    floor = float(rng.uniform(110, 290) if land == "集体土地" else rng.uniform(46, 128))
    return round(floor, 1), round(floor * float(rng.uniform(0.7, 1.3)), 1)


def _facts(task: Task, rng: np.random.Generator) -> dict[str, date]:
    """Return the dated facts of one unit, in usual order but for a few."""
    if task.started_on is None:
        surveyed = task.announced_on is not None and task.announced_on < TODAY - timedelta(20) and rng.random() < 0.25
        return {"surveyed_on": TODAY - timedelta(int(rng.integers(1, 15)))} if surveyed else {}
    day, facts = task.started_on, {}
    pauses = [rng.integers(3, 45), rng.integers(8, 40), _hesitation(task, rng), rng.integers(10, 45),
              rng.integers(10, 75), rng.integers(6, 60)]
    squeeze = _squeeze(task, [int(pause) for pause in pauses])
    for name, pause in zip(_FACTS, pauses, strict=True):
        day += timedelta(max(1, int(int(pause) * squeeze)))
        facts[name] = day
    facts = _unusual(facts, rng)
    known = {name: day for name, day in facts.items() if day < TODAY}
    return known | _branch(task, known, rng)


def _hesitation(task: Task, rng: np.random.Generator) -> int:
    """Return the days until signing: most sign within months, a tail holds out."""
    return int(rng.gamma(2.0, 32)) if task.kind in ("delivered", "demolished") else int(rng.gamma(1.6, 62))


def _squeeze(task: Task, pauses: list[int]) -> float:
    """Return the factor that brings the last fact before delivery, or before today for cleared tasks."""
    if task.started_on is None or task.kind not in ("delivered", "demolished"):
        return 1.0
    end = task.delivered_on or TODAY - timedelta(12)
    return min(1.0, ((end - task.started_on).days - 8) / sum(pauses))


def _unusual(facts: dict[str, date], rng: np.random.Generator) -> dict[str, date]:
    """Swap two facts now and then: 产权调换 and instalments really reorder them."""
    if rng.random() < 0.018:
        pair = ("compensated_on", "vacated_on") if rng.random() < 0.7 else ("vacated_on", "demolished_on")
        return facts | {pair[0]: facts[pair[1]], pair[1]: facts[pair[0]]}
    return facts


def _branch(task: Task, known: dict[str, date], rng: np.random.Generator) -> dict[str, date]:
    """Return the road of those who do not sign: decision, review, court, enforcement."""
    waiting = task.kind == "running" and "appraised_on" in known and "signed_on" not in known
    if not waiting or rng.random() > 0.16:
        return {}
    day, branch = known["appraised_on"], {}
    for name in BRANCH[: int(rng.choice([1, 2, 3, 4], p=[0.4, 0.2, 0.25, 0.15]))]:
        day += timedelta(int(rng.integers(20, 60)))
        if day < TODAY:
            branch[name] = day
    return branch


def _counted(task: Task, units: list[Unit]) -> Task:
    count = sum(unit.task == task.number and unit.kind != "坟墓" for unit in units)
    return Task(**{**task.__dict__, "households": count})

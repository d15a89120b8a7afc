"""The units of expropriation tasks: households, businesses and graves with their dated facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from .place import TODAY, chance
from .tasks import Task

_UNITS = 2_500
_FACTS = ("surveyed_on", "appraised_on", "signed_on", "compensated_on", "vacated_on", "demolished_on")
_PAUSES = ((3, 45), (8, 40), (10, 45), (10, 75), (6, 60))
"""Days before survey, appraisal, payment, vacating and demolition."""
BRANCH = ("decided_on", "reviewed_on", "litigated_on", "enforcement_on")


@dataclass(frozen=True)
class Unit:
    """A household, business or grave of a task; areas in m², facts as dates by name."""

    number: str
    task: str
    kind: str
    floor_m2: float | None
    land_m2: float
    facts: dict[str, date] = field(default_factory=dict)


def draw_households(tasks: list[Task]) -> tuple[list[Task], list[Unit]]:
    """Return the tasks with their households counted, and the units of all of them."""
    rng = chance("households")
    weights = np.array([_weight(task) for task in tasks]) * rng.uniform(0.7, 1.3, len(tasks))
    counts = np.maximum(12, np.round(_UNITS * weights / weights.sum())).astype(int)
    units = [
        unit for task, count in zip(tasks, counts, strict=True) for unit in _units(task, int(count), rng)
    ]
    return [_counted(task, units) for task in tasks], units


def _weight(task: Task) -> float:
    dense = 1.5 if task.land.startswith("国有") else 1.0
    return (
        dense
        * float(np.sqrt(task.shape.area))
        * (0.6 if task.kind in ("announced", "to_announce", "idea") else 1.0)
    )


def _units(task: Task, count: int, rng: np.random.Generator) -> Iterator[Unit]:
    for serial in range(1, count + 1):
        kind = str(
            rng.choice(
                ["户", "非住宅", "坟墓"], p=[0.87, 0.1, 0.03] if task.land == "集体土地" else [0.88, 0.12, 0]
            )
        )
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
        surveyed = (
            task.announced_on is not None
            and task.announced_on < TODAY - timedelta(20)
            and rng.random() < 0.25
        )
        return {"surveyed_on": TODAY - timedelta(int(rng.integers(1, 15)))} if surveyed else {}
    day, facts = task.started_on, {}
    pauses = _pauses(task, rng)
    squeeze = _squeeze(task, pauses)
    for name, pause in zip(_FACTS, pauses, strict=True):
        day += timedelta(max(1, int(pause * squeeze)))
        facts[name] = day
    facts = _unusual(facts, rng)
    known = {name: day for name, day in facts.items() if day < TODAY}
    return known | _branch(task, known, rng)


def _pauses(task: Task, rng: np.random.Generator) -> list[int]:
    """Return the days between the facts; signing takes its time."""
    usual = [int(rng.integers(low, high)) for low, high in _PAUSES]
    return [*usual[:2], _hesitation(task, rng), *usual[2:]]


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
    if not waiting or rng.random() > 0.3:
        return {}
    day, branch = known["appraised_on"], {}
    for name in BRANCH[: int(rng.choice([1, 2, 3, 4], p=[0.4, 0.2, 0.25, 0.15]))]:
        day += timedelta(int(rng.integers(12, 40)))
        if day < TODAY:
            branch[name] = day
    return branch


def _counted(task: Task, units: list[Unit]) -> Task:
    count = sum(unit.task == task.number and unit.kind != "坟墓" for unit in units)
    return replace(task, households=count)

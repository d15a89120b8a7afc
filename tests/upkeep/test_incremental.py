"""What is kept current by changes is what a computation from scratch gives, whatever the changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pandas as pd
import pytest
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Table, select, update

from geoservice.db import UnitOfWork, Work
from geoservice.db.types import json_text
from geoservice.model import (
    checklist_item,
    demolition_progress,
    demolition_task,
    hold,
    parcel,
    project,
    project_site,
    project_stage,
    verdict,
)
from geoservice.model.vocabulary import ClearItem, GateKind, ParcelState, Stage
from geoservice.registry.end import end
from geoservice.registry.moment import Moment
from geoservice.registry.put import put
from geoservice.registry.record import record
from geoservice.registry.versions import in_force
from geoservice.service import Service
from geoservice.upkeep.progress import recompute_progress
from geoservice.upkeep.sites import recompute_sites
from geoservice.upkeep.stages import recompute_stages
from geoservice.upkeep.verdicts import recompute_verdicts
from tests.fixtures.city import FOUNDED, ago, ahead, number_of, square
from tests.fixtures.services import Filled

DERIVED = (project_stage, project_site, demolition_progress, verdict)
Change = Callable[[Random, UnitOfWork, Filled], None]


def _content(service: Service, table: Table) -> list[str]:
    """Return the believed rows of a derived table, comparable: shapes and recorded times aside."""
    aside = {"id", "recorded_at", "superseded_at", "usable_wkb"}
    columns = [c for c in table.c if c.name not in aside and not isinstance(c.type, Geometry)]
    statement = select(*columns).where(table.c.superseded_at.is_(None))
    with service.database.read() as connection:
        rows = [
            json_text([str(v) if isinstance(v, date) else v for v in row])
            for row in connection.execute(statement)
        ]
    return sorted(rows)


def _from_scratch(service: Service) -> None:
    """Forget every derived row, and compute all of them without any subscriber."""
    with Work(service.database).begin("tester", "from scratch") as unit:
        for table in DERIVED:
            unit.connection.execute(update(table).values(superseded_at=unit.at))

        def keys(table: Table) -> set[str]:
            return set(unit.connection.scalars(select(table.c.key)))

        recompute_stages(unit, keys(project))
        recompute_sites(unit, keys(project))
        recompute_progress(unit, keys(demolition_task))
        recompute_verdicts(unit, keys(parcel), service.rules)


def _day(random: Random) -> date:
    return ago(random.randint(-200, 400))


def _some_parcel(random: Random, filled: Filled) -> str:
    return random.choice(list(filled.built.parcels.values()))


def _change_parcel(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row: dict[str, Any] = {
        "key": _some_parcel(random, filled),
        "state": random.choice(list(ParcelState)).value,
    }
    row |= {
        "planning_set": random.random() < 0.5,
        "mortgaged": random.random() < 0.3,
        "cleared_plan_on": ahead(50),
    }
    put(unit, "parcel", pd.DataFrame([row]), valid_from=_day(random))


def _move_parcel(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    shape = square(random.uniform(0, 5), random.uniform(0, 4), random.uniform(0.5, 1.5))
    put(
        unit,
        "parcel",
        pd.DataFrame([{"key": _some_parcel(random, filled), "geometry": shape}]),
        valid_from=_day(random),
    )


def _add_parcel(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "parcel_number": f"N{random.random()}",
        "state": "clear",
        "geometry": square(random.uniform(0, 5), 2.4),
    }
    put(unit, "parcel", pd.DataFrame([row]), valid_from=_day(random))


def _link(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "project": random.choice(list(filled.built.projects.values())),
        "parcel": _some_parcel(random, filled),
        "role": random.choice(["site", "temporary", "expansion"]),
        "share": random.choice([None, 0.25, 1.0]),
    }
    put(unit, "project_parcel", pd.DataFrame([row]), valid_from=_day(random))


def _event(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "project": random.choice(list(filled.built.projects.values())),
        "stage": random.choice(list(Stage)).value,
        "planned_on": random.choice([None, _day(random)]),
        "actual_on": random.choice([None, ago(random.randint(0, 300))]),
    }
    record(unit, "stage_event", pd.DataFrame([row]))


def _project(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "key": random.choice(list(filled.built.projects.values())),
        "side_state": random.choice(["normal", "suspended", "terminated"]),
        "geometry": random.choice([None, square(random.uniform(0, 5), 1)]),
    }
    put(unit, "project", pd.DataFrame([row]), valid_from=_day(random))


def _layer_feature(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "code": random.choice(["JBNT-1", f"JBNT-{random.random()}"]),
        "layer": filled.built.layers[random.choice(["JBNT", "QTGZ"])],
        "geometry": square(random.uniform(0, 5), random.uniform(0, 4), random.uniform(0.3, 2)),
    }
    put(unit, "layer_feature", pd.DataFrame([row]), valid_from=_day(random))


def _layer(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {"code": random.choice(["JBNT", "QTGZ"]), "effect": random.choice(["prohibit", "restrict", "note"])}
    put(unit, "layer", pd.DataFrame([row]), valid_from=FOUNDED)


def _task(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "key": random.choice(list(filled.built.tasks.values())),
        "planned_clear_on": _day(random),
        "delivered_on": random.choice([None, ago(random.randint(0, 100))]),
    }
    put(unit, "demolition_task", pd.DataFrame([row]), valid_from=_day(random))


def _subject(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "task": random.choice(list(filled.built.tasks.values())),
        "subject_noun": "parcel",
        "subject": _some_parcel(random, filled),
    }
    put(unit, "demolition_subject", pd.DataFrame([row]), valid_from=_day(random))


def _unit(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "unit_number": f"HU-1-{random.randint(0, 14):02d}",
        "task": random.choice(list(filled.built.tasks.values())),
        "kind": "household",
        "signed_on": ago(random.randint(0, 200)),
        "demolished_on": random.choice([None, ago(0)]),
    }
    put(unit, "demolition_unit", pd.DataFrame([row]), valid_from=_day(random))


def _item(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    done = random.choice([None, ago(random.randint(0, 200))])
    row = {
        "parcel": _some_parcel(random, filled),
        "item": random.choice(list(ClearItem)).value,
        "state": random.choice([None, "not_needed"]) if done is None else "done",
        "planned_on": random.choice([None, _day(random)]),
        "done_on": done,
    }
    put(unit, "checklist_item", pd.DataFrame([row]), valid_from=_day(random))


def _gate(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    row = {
        "parcel": _some_parcel(random, filled),
        "kind": random.choice(list(GateKind)).value,
        "needed": random.random() < 0.7,
        "planned_on": random.choice([None, _day(random)]),
        "done_on": random.choice([None, ago(random.randint(0, 100))]),
    }
    put(unit, "supply_gate", pd.DataFrame([row]), valid_from=_day(random))


def _hold(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    """Set land aside that nobody holds yet, or change a hold that is there."""
    held = set(unit.connection.scalars(select(hold.c.parcel)))
    free = [key for key in filled.built.parcels.values() if key not in held]
    row: dict[str, Any] = {
        "parcel": random.choice(free),
        "party": "某公司",
        "held_from": ago(random.randint(-50, 100)),
        "expires_on": ahead(random.randint(60, 300)),
        "geometry": random.choice([None, square(random.uniform(0, 5), random.uniform(0, 4), 1.5)]),
    }
    put(unit, "hold", pd.DataFrame([row]), valid_from=ago(0))
    if held:
        key = unit.connection.scalar(select(hold.c.key).limit(1))
        later = {"key": key, "released_on": ago(random.randint(0, 30)), "expires_on": ahead(400)}
        put(unit, "hold", pd.DataFrame([later]), valid_from=ago(0))


def _end_item(random: Random, unit: UnitOfWork, filled: Filled) -> None:
    _item(random, unit, filled)
    key = unit.connection.scalar(select(checklist_item.c.key).limit(1))
    end(unit, "checklist_item", [str(key)], on=_day(random))


CHANGES: tuple[Change, ...] = (
    *(_item, _gate, _hold, _end_item),
    *(_change_parcel, _move_parcel, _add_parcel, _link, _event, _project),
    *(_layer_feature, _layer, _task, _subject, _unit),
)


@pytest.mark.parametrize("seed", range(4))
def test_incremental_is_from_scratch(city: Filled, seed: int) -> None:
    random = Random(seed)
    service = city.service
    for number in range(6):
        with service.work().begin("tester", f"change {number}") as unit:
            for _ in range(random.randint(1, 3)):
                random.choice(CHANGES)(random, unit, city)
    kept = {table.name: _content(service, table) for table in DERIVED}
    _from_scratch(service)
    for table in DERIVED:
        assert kept[table.name] == _content(service, table), table.name


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.lstrip("_"))
def test_each_kind_of_change_by_itself(city: Filled, change: Change) -> None:
    random = Random(change.__name__)
    for _ in range(3):
        with city.service.work().begin("tester", "change") as unit:
            change(random, unit, city)
    kept = {table.name: _content(city.service, table) for table in DERIVED}
    _from_scratch(city.service)
    assert kept == {table.name: _content(city.service, table) for table in DERIVED}


def test_what_says_the_same_is_not_written_again(city: Filled) -> None:
    def written() -> list[list[int]]:
        with city.service.database.read() as connection:
            return [list(connection.scalars(select(table.c.id).order_by(table.c.id))) for table in DERIVED]

    before = written()
    with city.service.work().begin("tester", "again") as unit:
        parcels = pd.DataFrame({"key": list(city.built.parcels.values()), "note": "另记"})
        put(unit, "parcel", parcels, valid_from=FOUNDED)
        projects = pd.DataFrame({"key": list(city.built.projects.values()), "summary": "另记"})
        put(unit, "project", projects, valid_from=ago(0))
        put(
            unit,
            "demolition_task",
            pd.DataFrame([{"task_number": "ZC-1", "unit": "另一街道"}]),
            valid_from=ago(0),
        )
    assert unit.touched["parcel"] == set(city.built.parcels.values())
    changed = {table.name for table, old, new in zip(DERIVED, before, written(), strict=True) if old != new}
    # The unit responsible stands in the reason of the parcel to be cleared, so that this verdict did change.
    assert changed == {"verdict"}
    assert _changed_since(city.service, unit) == {city.built.parcels[number_of(4, 0)]}


def test_only_the_parcels_concerned_are_written(city: Filled) -> None:
    with city.service.work().begin("tester", "farmland") as unit:
        row = {"layer": city.built.layers["JBNT"], "code": "NEW", "geometry": square(5, 0, 1, 2)}
        put(unit, "layer_feature", pd.DataFrame([row]), valid_from=ago(5))
    changed = _changed_since(city.service, unit)
    assert changed == {city.built.parcels[number_of(5, row)] for row in (0, 1)}


def test_signing_a_project_takes_its_land(city: Filled) -> None:
    key = city.built.parcels[number_of(0, 2)]
    with city.service.database.read() as connection:
        rows = connection.execute(
            select(verdict.c.status, verdict.c.reasons, verdict.c.valid_from)
            .where(verdict.c.parcel == key, verdict.c.superseded_at.is_(None))
            .order_by(verdict.c.valid_from)
        ).all()
    assert rows[0].status == "available"
    assert rows[-1].status == "unavailable"
    assert rows[-1].valid_from == ago(50)
    assert "occupied" in {reason["code"] for reason in rows[-1].reasons}


def test_the_verdict_keeps_the_usable_shape(city: Filled) -> None:
    key, farmland = city.built.parcels[number_of(0, 0)], square(0, 0, 0.5)
    with city.service.work().begin("tester", "farmland") as unit:
        feature = {"layer": city.built.layers["JBNT"], "code": "HALF", "geometry": farmland}
        put(unit, "layer_feature", pd.DataFrame([feature]), valid_from=ago(5))
    with city.service.database.read() as connection:
        row = connection.execute(
            select(verdict.c.usable_wkb, verdict.c.usable_area_m2, verdict.c.status).where(
                verdict.c.parcel == key, in_force(verdict, Moment.today())
            )
        ).one()
        area = connection.scalar(select(parcel.c.area_m2).where(parcel.c.key == key))
    left = square(0, 0).difference(farmland)
    assert shapely.from_wkb(row.usable_wkb).symmetric_difference(left).area < 1e-15
    assert row.status == "conditional"
    assert row.usable_area_m2 == pytest.approx(area * left.area / square(0, 0).area, rel=1e-4)


def _changed_since(service: Service, unit: UnitOfWork) -> set[str]:
    with service.database.read() as connection:
        return set(connection.scalars(select(verdict.c.parcel).where(verdict.c.recorded_at == unit.at)))

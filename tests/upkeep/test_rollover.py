"""At the turn of the day a plan that has not happened is late, and clearance that is overdue blocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Table, select

from geoservice import clock
from geoservice.model import audit, project_stage, verdict
from geoservice.registry.moment import Moment
from geoservice.registry.put import put
from geoservice.registry.record import record
from geoservice.registry.versions import in_force
from geoservice.service import Service
from geoservice.upkeep.rollover import DailyRollover, run_once, seconds_to_midnight
from tests.fixtures.city import ago, ahead, number_of
from tests.fixtures.services import Filled

TOMORROW = timedelta(days=1)


@pytest.fixture
def planned(city: Filled) -> Filled:
    """Return the city with a start planned for tomorrow and a clearance planned for tomorrow."""
    with city.service.work().begin("tester", "plan") as unit:
        plan = {"project": city.built.projects["XM-C"], "stage": "started", "planned_on": ahead(1)}
        record(unit, "stage_event", pd.DataFrame([plan]))
        task = {"key": city.built.tasks["ZC-1"], "planned_clear_on": ahead(1)}
        put(unit, "demolition_task", pd.DataFrame([task]), valid_from=ago(1))
    return city


def _later(monkeypatch: pytest.MonkeyPatch, days: int) -> date:
    day = clock.today() + timedelta(days=days)
    monkeypatch.setattr(clock, "today", lambda: day)
    return day


def _at(service: Service, table: Table, subject: str, day: date) -> Any:
    with service.database.read() as connection:
        column = list(table.c)[1]
        return connection.execute(select(table).where(column == subject, in_force(table, Moment(day)))).one()


def _codes(row: Any) -> set[str]:
    return {reason["code"] for reason in row.reasons}


def test_a_plan_whose_day_came_is_late_the_day_after(
    planned: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, key = planned.service, planned.built.projects["XM-C"]
    promised = _at(service, project_stage, key, ahead(2))
    assert (promised.stage, promised.plan, promised.late) == ("started", True, False)
    day = _later(monkeypatch, 2)
    assert run_once(service.work(), service.rules) > 0
    now = _at(service, project_stage, key, day)
    assert (now.stage, now.plan, now.late) == ("approved", False, True)


def test_a_parcel_is_not_clear_because_it_was_planned(
    planned: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, key = planned.service, planned.built.parcels[number_of(4, 0)]
    assert "clearance_left" in _codes(_at(service, verdict, key, clock.today()))
    day = _later(monkeypatch, 3)
    run_once(service.work(), service.rules)
    assert "clearance_overdue" in _codes(_at(service, verdict, key, day))


def test_a_day_without_plans_writes_nothing(city: Filled) -> None:
    with city.service.database.read() as connection:
        before = connection.scalars(select(audit.c.id)).all()
    assert run_once(city.service.work(), city.service.rules) == 0
    with city.service.database.read() as connection:
        assert connection.scalars(select(audit.c.id)).all() == before


def test_rolling_over_twice_settles(planned: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    _later(monkeypatch, 2)
    service = planned.service
    assert run_once(service.work(), service.rules) > 0
    assert run_once(service.work(), service.rules) == 0


def test_the_thread_rolls_over_at_start_and_stops(planned: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    day = _later(monkeypatch, 2)
    service = planned.service
    rollover = DailyRollover(service.work(), service.rules)
    rollover.start()
    rollover.stop()
    assert _at(service, project_stage, planned.built.projects["XM-C"], day).late


@pytest.mark.parametrize(
    ("hour", "seconds"),
    [(15, 3601), (16, 86401), (0, 16 * 3600 + 1)],
    ids=["23 o'clock", "midnight", "morning"],
)
def test_midnight_is_shanghais(hour: int, seconds: int) -> None:
    assert seconds_to_midnight(datetime(2026, 9, 30, hour, tzinfo=UTC)) == seconds

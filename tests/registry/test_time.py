"""Facts are appended, and what was known then can be asked now; keys never come back; the log is chained."""

from __future__ import annotations

import time
from datetime import date, datetime

import pandas as pd
import pytest
from sqlalchemy import delete, func, select

from geoservice import clock
from geoservice.db import Database, UnitOfWork, Work
from geoservice.model import audit, minted, parcel, stage_event
from geoservice.registry import audit as log
from geoservice.registry import revisions
from geoservice.registry.mint import mint
from geoservice.registry.moment import Moment
from geoservice.registry.put import put
from geoservice.registry.record import RecordResult, record
from geoservice.registry.search_text import search_text
from geoservice.registry.versions import in_force
from tests.fixtures.city import square

DAY = date(2026, 1, 1)


def _record(database: Database, *rows: tuple[str, str, date | None, date | None]) -> RecordResult:
    frame = pd.DataFrame(list(rows), columns=["project", "stage", "planned_on", "actual_on"])
    with Work(database).begin("tester", "record") as unit:
        return record(unit, "stage_event", frame)


def test_a_correction_keeps_what_was_said_before(database: Database) -> None:
    assert _record(database, ("XM1", "signed", None, DAY)) == RecordResult(1, 0, 0)
    assert _record(database, ("XM1", "signed", None, DAY)) == RecordResult(0, 0, 1)
    assert _record(database, ("XM1", "signed", None, date(2026, 1, 5))) == RecordResult(0, 1, 0)
    columns = (stage_event.c.actual_on, stage_event.c.superseded_at, stage_event.c.recorded_by)
    with database.read() as connection:
        rows = connection.execute(select(*columns).order_by(stage_event.c.id)).all()
    assert [(row.actual_on.day, row.superseded_at is None, row.recorded_by) for row in rows] == [
        (1, False, "tester"),
        (5, True, "tester"),
    ]


def test_the_last_word_in_a_file_wins(database: Database) -> None:
    done = _record(
        database, ("XM1", "signed", None, DAY), ("XM1", "signed", DAY, None), ("XM2", "signed", None, DAY)
    )
    assert done == RecordResult(2, 0, 0)
    with database.read() as connection:
        found = connection.execute(select(stage_event).where(stage_event.c.project == "XM1")).one()
    assert (found.planned_on, found.actual_on, found.skipped) == (DAY, None, False)


def test_what_was_known_then(database: Database) -> None:
    work = Work(database)
    instants: list[datetime] = [clock.now()]
    for name, day in (("一", DAY), ("二", DAY), ("三", date(2026, 6, 1))):
        time.sleep(0.003)
        with work.begin("tester", "put") as unit:
            put(
                unit,
                "parcel",
                pd.DataFrame([{"parcel_number": "A", "name": name, "geometry": square(0, 0)}]),
                valid_from=day,
            )
            instants.append(unit.at)

    def named(day: date, known_at: datetime | None) -> list[str | None]:
        with database.read() as connection:
            return list(
                connection.scalars(select(parcel.c.name).where(in_force(parcel, Moment(day, known_at))))
            )

    before, summer = date(2026, 3, 1), date(2026, 7, 1)
    assert [named(before, at) for at in instants] == [[], ["一"], ["二"], ["二"]]
    assert [named(summer, at) for at in instants] == [[], ["一"], ["二"], ["三"]]
    assert named(before, None) == ["二"]
    assert named(summer, None) == ["三"]
    assert named(date(2025, 12, 31), None) == []


def test_pinning_fixes_what_is_known() -> None:
    moment = Moment.today()
    pinned = moment.pinned()
    assert pinned.day == moment.day
    assert pinned.known_at is not None
    assert pinned.pinned() is pinned


def test_minted_keys_never_come_back(database: Database) -> None:
    work = Work(database)
    seen: list[str] = []
    for count in (1, 0, 3, 2):
        with work.begin("tester", "mint") as unit:
            seen += mint(unit, "parcel", count)
    assert seen == [f"DK{number:08d}" for number in range(1, 7)]
    with database.write() as connection:
        connection.execute(delete(parcel))
    with work.begin("tester", "mint") as unit:
        assert mint(unit, "parcel", 1) == ["DK00000007"]
        assert mint(unit, "project", 1) == ["XM00000001"]
    with pytest.raises(RuntimeError), work.begin("tester", "mint") as unit:
        mint(unit, "parcel", 5)
        raise RuntimeError("undone")
    with database.read() as connection:
        assert connection.scalar(select(minted.c.last_number).where(minted.c.noun == "parcel")) == 7


def _change(database: Database, *actions: str) -> None:
    for action in actions:
        with Work(database, (revisions.bump, log.append)).begin("李", action, "因为") as unit:
            unit.touch("parcel", [f"DK{len(action):08d}"])
            unit.touch("demolition_unit", ["HU00000001", "HU00000002"])
            unit.touch("zone", ["QY00000001"])


def test_revisions_count_changes_by_source(database: Database) -> None:
    _change(database, "a", "b")
    with Work(database, (revisions.bump,)).begin("t", "c") as unit:
        unit.touch("zone", ["QY1"])
    with database.read() as connection:
        assert revisions.revisions(connection, ("zone", "parcel", "park")) == {
            "zone": 3,
            "parcel": 2,
            "park": 0,
        }


def test_work_that_touched_nothing_leaves_no_entry(database: Database) -> None:
    def touch_nothing(unit: UnitOfWork) -> None:
        unit.touch("parcel", [])

    with Work(database, (revisions.bump, log.append)).begin("t", "look") as unit:
        touch_nothing(unit)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(audit)) == 0


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (["清澜高新区", None, "GX-01"], ["清澜", "gx-01", "qinglangaoxinqu", "qlgxq"]),
        (["重庆路 12号"], ["重庆路 12号", "12"]),
        ([None, "  "], [""]),
    ],
)
def test_search_text_knows_pinyin_and_initials(parts: list[str | None], found: list[str]) -> None:
    text = search_text(parts)
    assert [word for word in found if word not in text] == []
    assert text == text.lower()

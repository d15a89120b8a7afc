"""Writing versions: a change splits, a repetition does nothing, and nothing is ever destroyed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from geoservice.db import Database, Work
from geoservice.errors import InvalidInput
from geoservice.model import OPEN, alias, demolition_task, parcel
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from geoservice.registry.put import PutResult, put
from tests.fixtures.city import square

DAY = date(2026, 1, 1)


def _put(
    database: Database, day: date, *rows: dict[str, Any], noun: str = "parcel", **options: Any
) -> PutResult:
    with Work(database).begin("tester", "put") as unit:
        return put(unit, noun, pd.DataFrame(list(rows)), valid_from=day, **options)


def _versions(database: Database, *fields: str, believed: bool = True) -> list[tuple[Any, ...]]:
    statement = select(*(parcel.c[name] for name in fields)).order_by(parcel.c.valid_from, parcel.c.id)
    if believed:
        statement = statement.where(parcel.c.superseded_at.is_(None))
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def test_new_changed_unchanged(database: Database) -> None:
    first = {"parcel_number": "A", "name": "一号", "geometry": square(0, 0)}
    second = {"parcel_number": "B", "name": "二号", "geometry": square(1, 0)}
    done = _put(database, DAY, first, second)
    assert (done.keys, done.new, done.changed, done.unchanged) == (["DK00000001", "DK00000002"], 2, 0, 0)
    done = _put(database, DAY, second, first)
    assert (done.keys, done.new, done.changed, done.unchanged) == (["DK00000002", "DK00000001"], 0, 0, 2)
    done = _put(
        database,
        DAY + timedelta(9),
        first | {"name": "壹号"},
        second,
        {"parcel_number": "C", "geometry": square(2, 0)},
    )
    assert (done.new, done.changed, done.unchanged) == (1, 1, 1)


def test_a_change_splits_the_version_in_force(database: Database) -> None:
    _put(database, DAY, {"parcel_number": "A", "name": "旧", "geometry": square(0, 0)})
    later = DAY + timedelta(30)
    _put(database, later, {"parcel_number": "A", "name": "新"})
    assert _versions(database, "name", "version", "valid_from", "valid_to") == [
        ("旧", 1, DAY, later),
        ("新", 2, later, OPEN),
    ]
    everything = _versions(database, "name", "valid_from", "valid_to", believed=False)
    assert ("旧", DAY, OPEN) in everything, "what was believed before is kept"
    shapes = _versions(database, "geojson", "area_m2")
    assert shapes[0] == shapes[1]
    assert shapes[0][0] is not None


def test_a_correction_on_the_same_day_replaces_without_a_gap(database: Database) -> None:
    _put(database, DAY, {"parcel_number": "A", "name": "错", "geometry": square(0, 0)})
    _put(database, DAY, {"parcel_number": "A", "name": "对"})
    assert _versions(database, "name", "version", "valid_from", "valid_to") == [("对", 2, DAY, OPEN)]
    assert len(_versions(database, "id", believed=False)) == 2


def test_a_fact_about_earlier_days_ends_where_the_known_begins(database: Database) -> None:
    _put(database, DAY, {"parcel_number": "A", "name": "今", "geometry": square(0, 0)})
    earlier = DAY - timedelta(100)
    _put(database, earlier, {"parcel_number": "A", "name": "昔", "geometry": square(0, 0)})
    assert _versions(database, "name", "version", "valid_from", "valid_to") == [
        ("昔", 2, earlier, DAY),
        ("今", 1, DAY, OPEN),
    ]


def test_what_a_fact_about_earlier_days_leaves_out_is_taken_from_the_first_version(
    database: Database,
) -> None:
    task = {
        "task_number": "Z",
        "name": "片区",
        "planned_clear_on": date(2026, 9, 1),
        "geometry": square(0, 0),
    }
    _put(database, DAY, task, noun="demolition_task")
    earlier = DAY - timedelta(10)
    _put(
        database, earlier, {"task_number": "Z", "planned_clear_on": date(2026, 6, 1)}, noun="demolition_task"
    )
    table = demolition_task.c
    statement = select(table.name, table.planned_clear_on, table.valid_to, table.geojson).order_by(
        table.valid_from
    )
    with database.read() as connection:
        first, second = connection.execute(statement).all()
    assert (first.name, first.planned_clear_on, first.valid_to) == ("片区", date(2026, 6, 1), DAY)
    assert (second.planned_clear_on, second.valid_to) == (date(2026, 9, 1), OPEN)
    assert first.geojson == second.geojson


def test_a_change_between_two_versions_stays_between_them(database: Database) -> None:
    later, between = DAY + timedelta(30), DAY + timedelta(10)
    _put(database, DAY, {"parcel_number": "A", "name": "一", "geometry": square(0, 0)})
    _put(database, later, {"parcel_number": "A", "name": "三"})
    _put(database, between, {"parcel_number": "A", "name": "二"})
    assert _versions(database, "name", "valid_from", "valid_to") == [
        ("一", DAY, between),
        ("二", between, later),
        ("三", later, OPEN),
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 40), st.sampled_from("甲乙丙")), min_size=1, max_size=8))
def test_believed_versions_never_overlap_and_say_the_last_word(
    database: Database, steps: list[tuple[int, str]]
) -> None:
    number = f"P{abs(hash(tuple(steps)))}-{len(_versions(database, 'id', believed=False))}"
    said: dict[int, str] = {}
    for offset, name in steps:
        _put(
            database,
            DAY + timedelta(offset),
            {"parcel_number": number, "name": name, "geometry": square(0, 0)},
        )
        if _said_on(said, offset) != name:  # what is so already makes no version
            said[offset] = name
    with database.read() as connection:
        rows = connection.execute(
            select(parcel.c.name, parcel.c.valid_from, parcel.c.valid_to)
            .where(parcel.c.parcel_number == number, parcel.c.superseded_at.is_(None))
            .order_by(parcel.c.valid_from)
        ).all()
    assert all(left.valid_to == right.valid_from for left, right in pairwise(rows))
    assert rows[-1].valid_to == OPEN
    assert rows[0].valid_from == DAY + timedelta(min(offset for offset, _ in steps))
    for offset in range(45):
        day = DAY + timedelta(offset)
        holding = [row.name for row in rows if row.valid_from <= day < row.valid_to]
        assert holding == [name for name in [_said_on(said, offset)] if name]


def _said_on(said: dict[int, str], offset: int) -> str | None:
    return said.get(max((day for day in said if day <= offset), default=-1))


def test_absent_columns_keep_values_and_given_blanks_clear_them(database: Database) -> None:
    _put(
        database,
        DAY,
        {"parcel_number": "A", "note": "记", "promotable": True, "far_min": 1.2, "geometry": square(0, 0)},
    )
    _put(database, DAY + timedelta(1), {"parcel_number": "A", "name": "名"})
    assert _versions(database, "note", "promotable", "far_min")[-1] == ("记", True, 1.2)
    _put(
        database,
        DAY + timedelta(2),
        {"parcel_number": "A", "note": None, "far_min": float("nan"), "promotable": None},
    )
    assert _versions(database, "note", "promotable", "far_min", "name")[-1] == (None, True, None, "名")


def test_twins_are_refused_and_nothing_is_written(database: Database) -> None:
    _put(database, DAY, {"parcel_number": "A", "geometry": square(0, 0)})
    with pytest.raises(InvalidInput, match="same parcel") as refusal:
        _put(database, DAY, {"parcel_number": "A", "name": "一"}, {"parcel_number": "A", "name": "二"})
    assert refusal.value.value == "DK00000001"
    assert _versions(database, "name") == [(None,)]


def test_new_twins_are_one_thing_or_refused(database: Database) -> None:
    rows = [{"parcel_number": "A", "name": name, "geometry": square(0, 0)} for name in ("一", "二")]
    with pytest.raises(InvalidInput):
        _put(database, DAY, *rows)
    assert _versions(database, "name") == []


def test_a_changed_code_leaves_the_old_one_as_a_name(database: Database) -> None:
    key = _put(database, DAY, {"parcel_number": "旧-1", "geometry": square(0, 0)}).keys[0]
    _put(database, DAY + timedelta(5), {"key": key, "parcel_number": "新-1"})
    with database.read() as connection:
        known = Known(connection, Moment(DAY + timedelta(9)))
        assert known.resolve("parcel", ["旧-1", "新-1", key, "无", None]) == [key, key, key, None, None]
        assert connection.scalar(select(func.count()).select_from(alias)) == 2
    again = _put(database, DAY + timedelta(6), {"parcel_number": "旧-1", "name": "还是它"})
    assert again.keys == [key]


def test_a_late_code_is_recognised_by_the_other(database: Database) -> None:
    key = _put(database, DAY, {"parcel_number": "A", "geometry": square(0, 0)}).keys[0]
    code = "320100001001GB00001"
    done = _put(database, DAY, {"parcel_number": "A", "parcel_code": code})
    assert (done.keys, done.changed) == ([key], 1)
    assert _put(database, DAY, {"parcel_code": code, "name": "证"}).keys == [key]
    by_code = {"parcel_number": "A2", "parcel_code": code}
    assert _put(database, DAY, by_code).keys != [key], "the first identity field a row fills decides"
    assert (
        _put(
            database,
            DAY,
            {"parcel_number": "A3", "parcel_code": code},
            match_by=["parcel_number", "parcel_code"],
        ).new
        == 0
    )


def test_links_are_recognised_by_all_their_fields(database: Database) -> None:
    link = {"project": "XM00000001", "parcel": "DK00000001"}
    first = _put(database, DAY, link, noun="project_parcel")
    again = _put(database, DAY, link | {"role": "site"}, noun="project_parcel")
    other = _put(database, DAY, link | {"role": "temporary"}, noun="project_parcel")
    assert (first.new, again.unchanged, other.new) == (1, 1, 1)


def test_values_are_stored_as_columns_hold_them(database: Database) -> None:
    row = {
        "parcel_number": "  A\x00 ",
        "name": "",
        "certified_area_m2": "1234.56789012",
        "cleared_plan_on": "2026-09-30",
        "extra": {"权属": ["国有", None], "层": 3},
        "geometry": square(0, 0),
    }
    _put(database, DAY, row)
    found = _versions(database, "parcel_number", "name", "certified_area_m2", "cleared_plan_on", "extra")
    assert found == [("A", None, 1234.56789, date(2026, 9, 30), {"权属": ["国有", None], "层": 3})]


def test_touched_keys_are_those_that_changed(database: Database) -> None:
    with Work(database).begin("tester", "put") as unit:
        frame = pd.DataFrame([{"parcel_number": n, "geometry": square(0, 0)} for n in "AB"])
        put(unit, "parcel", frame, valid_from=DAY)
        unit.touched.clear()
        frame["name"] = ["新", None]
        put(unit, "parcel", frame, valid_from=DAY)
        assert unit.touched == {"parcel": {"DK00000001"}}


def test_an_empty_frame_does_nothing(database: Database) -> None:
    with Work(database).begin("tester", "put") as unit:
        frame = pd.DataFrame({"parcel_number": [], "geometry": []})
        assert put(unit, "parcel", frame, valid_from=DAY).keys == []
        assert unit.touched == {}

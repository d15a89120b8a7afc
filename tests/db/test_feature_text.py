"""JSON text built by either engine says the same, whatever the values."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, ColumnElement, Double, MetaData, Table, insert, literal, select
from sqlalchemy.exc import OperationalError

from geoservice.db import Database
from geoservice.db.feature_text import joined_text, json_object, json_quote
from geoservice.db.types import Code, Day, Fen, Instant, Json, RowId

TEXTS = [
    "清河路“一”号",
    'say "no"',
    "back\\slash",
    "tab\tline\nbreak",
    "</script>",
    "\u2028 \U0001f600",
    "",
    " ",
]
WHEN = datetime(2026, 9, 30, 8, 1, 2, 345_000, tzinfo=UTC)
sample = Table(
    "sample",
    MetaData(),
    Column("id", RowId, primary_key=True),
    Column("text", Code),
    Column("flag", Boolean),
    Column("document", Json()),
    Column("instant", Instant()),
    Column("day", Day),
    Column("money", Fen),
    Column("number", Double()),
)
DOCUMENTS: list[Any] = [{"a": [1, None, True]}, [], "文", 3, None, [{"text": 'q"q'}], {"空": {}}, 0.5]
ROWS: list[dict[str, Any]] = [
    {
        "id": number,
        "text": text,
        "flag": [True, False, None][number % 3],
        "document": DOCUMENTS[number],
        "instant": WHEN if number % 2 else None,
        "day": date(2026, 9, 30) if number % 2 else None,
        "money": 12_000_000_000_001 * number,
        "number": [0.1, 1e-6, 1234567.123456, 0.0, -2.5, 1e15, 100.0, 0.333333][number],
    }
    for number, text in enumerate(TEXTS)
]


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        sample.create(connection)
        connection.execute(insert(sample), ROWS)
    return database


def _read(database: Database, statement: Any) -> list[Any]:
    with database.read() as connection:
        return list(connection.scalars(statement))


def test_every_kind_of_value(filled: Database) -> None:
    members = {column.name: column for column in sample.c}
    found = [json.loads(text) for text in _read(filled, select(json_object(members)).order_by(sample.c.id))]
    expected = [
        {
            **row,
            "instant": "2026-09-30T08:01:02.345Z" if row["instant"] else None,
            "day": "2026-09-30" if row["day"] else None,
        }
        for row in ROWS
    ]
    assert found == expected
    assert [type(row["flag"]) for row in found[:2]] == [bool, bool]
    assert all(isinstance(row["money"], int) for row in found)


@pytest.mark.parametrize("count", [0, 1, 50, 51, 63])
def test_any_number_of_fields_in_their_order(filled: Database, count: int) -> None:
    columns = list(sample.c)[1:]
    members = {f"field_{number:03d}": columns[number % len(columns)] for number in range(count)}
    text = _read(filled, select(json_object(members)).select_from(sample).where(sample.c.id == 1))[0]
    assert list(json.loads(text)) == list(members)


def test_sqlite_limit_is_above_what_collections_show(filled: Database) -> None:
    from geoservice.access.policy import View
    from geoservice.registry.collections import COLLECTIONS
    from geoservice.registry.moment import Moment

    for collection in COLLECTIONS.values():
        assert len(collection.relation(Moment.today(), View("all")).fields) <= 63


def test_more_fields_than_an_engine_takes_fail_loudly(filled: Database) -> None:
    members = {f"field_{number}": sample.c.id for number in range(64)}
    statement = select(json_object(members)).where(sample.c.id == 1)
    if filled.embedded:
        with pytest.raises((OperationalError, Exception), match="too many arguments"):
            _read(filled, statement)
    else:
        assert len(json.loads(_read(filled, statement)[0])) == 64


def test_quoting(filled: Database) -> None:
    found = _read(filled, select(json_quote(sample.c.text)).order_by(sample.c.id))
    assert [json.loads(text) for text in found] == TEXTS


def test_an_expression_may_be_a_member(filled: Database) -> None:
    members: dict[str, ColumnElement[Any]] = {
        "late": sample.c.money > 0,
        "notice": literal("以出让公告为准"),
        "n": sample.c.money.is_(None),
    }
    found = json.loads(_read(filled, select(json_object(members)).where(sample.c.id == 1))[0])
    assert found == {"late": True, "notice": "以出让公告为准", "n": False}


def test_joining_keeps_the_order_asked_for(filled: Database) -> None:
    rows = select(sample.c.text, sample.c.id).where(sample.c.id < 4).order_by(-sample.c.id).subquery()
    joined = select(joined_text(json_quote(rows.c.text), -rows.c.id))
    found = json.loads("[" + _read(filled, joined)[0] + "]")
    assert found == TEXTS[3::-1]


def test_text_sorts_by_code_point(filled: Database) -> None:
    with filled.write() as connection:
        connection.execute(sample.delete())
        words = ["a", "B", "Z", "_", "é", "一", "丁", "10", "9"]
        connection.execute(insert(sample), [{"id": n, "text": word} for n, word in enumerate(words)])
    assert _read(filled, select(sample.c.text).order_by(sample.c.text)) == sorted(words)


def test_an_instant_without_zone_is_refused(filled: Database) -> None:
    statement = insert(sample).values(id=99, instant=datetime(2026, 1, 1))
    with pytest.raises(Exception, match="time zone"), filled.write() as connection:
        connection.execute(statement)

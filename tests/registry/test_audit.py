"""The audit log: append-only by trigger, whole or caught, inside the database and against the heads outside."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from geoservice import clock
from geoservice.db import Database, Work, open_database
from geoservice.errors import InvalidInput
from geoservice.model import audit, audit_manifest
from geoservice.registry import audit as log
from geoservice.registry import revisions
from geoservice.registry.audit_check import Checked, check
from geoservice.registry.audit_heads import Head, HeadFile
from geoservice.service import open_service
from geoservice.settings import read_settings
from tests.fixtures.tampering import tampering


@pytest.fixture
def heads(tmp_path: Path) -> HeadFile:
    """Return a file of heads beside nothing else."""
    return HeadFile(tmp_path / "outside" / "heads")


@pytest.fixture
def five(database: Database, heads: HeadFile) -> Database:
    """Return a database with five entries, each head written outside."""
    change(database, heads, 5)
    return database


def change(database: Database, heads: HeadFile | None, times: int, actor: str = "李") -> None:
    witnesses = () if heads is None else (heads.witness,)
    work = Work(database, (revisions.bump, log.append), witnesses)
    for number in range(times):
        with work.begin(actor, f"change {number}", "因为") as unit:
            unit.touch("parcel", [f"DK{number:08d}", "DK99999999"])
            unit.touch("demolition_unit", ["HU00000001"])


def checked(database: Database, heads: HeadFile | None = None) -> Checked:
    with database.read() as connection:
        return check(connection, () if heads is None else heads.heads())


def ids(connection: Connection) -> list[int]:
    return list(connection.scalars(select(audit.c.id).order_by(audit.c.id)))


def rechain(connection: Connection, first: int) -> None:
    """Make every hash from an entry on fit again, as a forger would who knows the code."""
    previous = log.GENESIS
    for row in connection.execute(select(audit).order_by(audit.c.id)).all():
        entry = dict(row._mapping)
        if entry["id"] >= first:
            entry["previous_hash"] = previous
            entry["hash"] = log.entry_hash(entry)
            connection.execute(
                update(audit)
                .where(audit.c.id == entry["id"])
                .values(previous_hash=previous, hash=entry["hash"])
            )
        previous = entry["hash"]


def test_an_empty_log_is_whole(database: Database, heads: HeadFile) -> None:
    assert checked(database, heads) == Checked(0, log.GENESIS)


def test_a_log_nobody_touched_is_whole_and_confirmed_from_outside(five: Database, heads: HeadFile) -> None:
    found = checked(five, heads)
    assert (found.entries, found.broken, found.confirmed) == (5, None, 5)
    with five.read() as connection:
        assert found.vouched == ids(connection)[-1]
        assert found.head == log.head(connection)
        entry = connection.execute(select(audit).order_by(audit.c.id)).first()
        body = connection.scalar(select(audit_manifest.c.body).order_by(audit_manifest.c.entry))
    assert entry is not None and body is not None
    assert (entry.actor, entry.reason, entry.previous_hash) == ("李", "因为", log.GENESIS)
    assert entry.touched == {"demolition_unit": 1, "parcel": 2}
    assert json.loads(zlib.decompress(bytes(body))) == {
        "demolition_unit": ["HU00000001"],
        "parcel": ["DK00000000", "DK99999999"],
    }


@pytest.mark.parametrize("table", ["audit", "audit_manifest"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_rows_can_be_neither_changed_nor_removed_even_by_us(
    five: Database, table: str, statement: str
) -> None:
    if five.embedded and statement.startswith("TRUNCATE"):
        statement = "REPLACE INTO {0} SELECT * FROM {0}"
    with pytest.raises(DBAPIError, match="stay as they are"), five.write() as connection:
        connection.exec_driver_sql(statement.format(table))
    assert checked(five).broken is None


def test_rows_can_be_neither_changed_nor_removed_by_others(five: Database) -> None:
    if five.embedded:
        with closing(sqlite3.connect(str(five.path))) as foreign, pytest.raises(sqlite3.Error):
            foreign.execute("DELETE FROM audit")
        return
    address = five.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as foreign, pytest.raises(psycopg.errors.RaiseException):
        foreign.execute("DELETE FROM audit")


@pytest.mark.parametrize(
    "values",
    [
        {"actor": "王"},
        {"action": "other"},
        {"reason": None},
        {"touched": {"parcel": 2}},
        {"manifest_hash": "0" * 64},
        {"at": datetime(2026, 1, 1, tzinfo=clock.SHANGHAI)},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
    ids=lambda values: next(iter(values)),
)
def test_any_changed_field_is_found(five: Database, values: dict[str, object]) -> None:
    with tampering(five, "audit") as connection:
        third = ids(connection)[2]
        connection.execute(update(audit).where(audit.c.id == third).values(**values))
    found = checked(five)
    assert (found.broken, found.entries) == (third, 2)


@pytest.mark.parametrize("which", [0, 2], ids=["first", "amid"])
def test_a_removed_entry_is_found_by_the_one_after_it(five: Database, which: int) -> None:
    with tampering(five, "audit") as connection:
        numbers = ids(connection)
        connection.execute(delete(audit).where(audit.c.id == numbers[which]))
    assert checked(five).broken == numbers[which + 1]


def test_an_entry_slipped_in_is_found(five: Database) -> None:
    with tampering(five, "audit") as connection:
        numbers = ids(connection)
        row = connection.execute(select(audit).where(audit.c.id == numbers[-1])).one()
        forged = {**row._mapping, "id": numbers[-1] + 5, "actor": "王", "hash": "1" * 64}
        connection.execute(insert(audit).values(forged))
    assert checked(five).broken == numbers[-1] + 5


@pytest.mark.parametrize("how", ["changed", "removed", "garbled"])
def test_a_changed_manifest_is_found(five: Database, how: str) -> None:
    with tampering(five, "audit_manifest") as connection:
        third = ids(connection)[2]
        there = audit_manifest.c.entry == third
        body = {"changed": zlib.compress(b'{"demolition_unit":["HU00000002"],"parcel":["DK1","DK2"]}')}
        if how == "removed":
            connection.execute(delete(audit_manifest).where(there))
        else:
            connection.execute(update(audit_manifest).where(there).values(body=body.get(how, b"no zlib")))
    found = checked(five)
    assert found.broken == third
    assert "manifest" in found.why


def test_a_chain_made_anew_is_found_by_the_heads_outside(five: Database, heads: HeadFile) -> None:
    with tampering(five, "audit") as connection:
        second = ids(connection)[1]
        connection.execute(update(audit).where(audit.c.id == second).values(actor="王"))
        rechain(connection, second)
    assert checked(five).broken is None, "inside the database alone nothing shows"
    found = checked(five, heads)
    assert (found.broken, found.confirmed) == (second, 1)
    assert "outside" in found.why


def test_a_log_cut_short_is_found_by_the_heads_outside(five: Database, heads: HeadFile) -> None:
    with tampering(five, "audit", "audit_manifest") as connection:
        numbers = ids(connection)
        connection.execute(delete(audit).where(audit.c.id > numbers[2]))
        connection.execute(delete(audit_manifest).where(audit_manifest.c.entry > numbers[2]))
    assert checked(five).broken is None
    found = checked(five, heads)
    assert (found.broken, found.entries) == (numbers[3], 3)
    assert "no such entry" in found.why


def test_an_emptied_log_is_found_by_the_heads_outside(five: Database, heads: HeadFile) -> None:
    with tampering(five, "audit", "audit_manifest") as connection:
        first = ids(connection)[0]
        connection.execute(delete(audit))
        connection.execute(delete(audit_manifest))
    assert checked(five).broken is None
    assert checked(five, heads).broken == first


@pytest.fixture
def older(five: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Yield a way to put the database back to how it was when the fixture was made; it returns it reopened."""
    opened: list[Database] = []
    if five.path is not None:
        file, copy = five.path, tmp_path / "older.gpkg"
        five.close()
        shutil.copyfile(file, copy)

        def restore() -> Database:
            five.close()
            for rest in file.parent.glob(f"{file.name}-*"):
                rest.unlink()
            shutil.copyfile(copy, file)
            opened.append(open_database(str(file)))
            return opened[-1]

        yield restore
    else:
        server = request.getfixturevalue("_postgis_server")
        five.close()
        name = server.create(str(five.engine.url.database))

        def restore() -> Database:
            opened.append(open_database(server.url(name)))
            return opened[-1]

        yield restore
    for database in opened:
        database.close()
    if five.path is None:
        server.drop(name)


def test_a_whole_database_put_back_to_an_older_copy_is_found(
    five: Database, heads: HeadFile, older: Any
) -> None:
    change(five, heads, 3)
    with five.read() as connection:
        numbers = ids(connection)
    restored = older()
    assert checked(restored).broken is None
    found = checked(restored, heads)
    assert (found.broken, found.entries, found.confirmed) == (numbers[5], 5, 5)
    # Working on does not cover it up.
    change(restored, heads, 4, actor="王")
    assert checked(restored).broken is None
    assert checked(restored, heads).broken == numbers[5]


def test_a_file_that_began_late_or_lags_confirms_what_it_can(database: Database, heads: HeadFile) -> None:
    change(database, None, 2)
    change(database, heads, 1)
    change(database, None, 1)
    found = checked(database, heads)
    with database.read() as connection:
        numbers = ids(connection)
    assert (found.broken, found.confirmed, found.vouched) == (None, 1, numbers[2])


def test_lines_a_little_out_of_order_are_read_in_order(tmp_path: Path) -> None:
    file = tmp_path / "heads"
    order = [2, 1, 4, 3, 6, 5]
    file.write_text("".join(f"2026-01-01T00:00:00.000Z {n} {n:064x}\n" for n in order))
    assert [head.number for head in HeadFile(file).heads()] == [1, 2, 3, 4, 5, 6]


def test_a_line_that_is_not_ours_is_refused_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "heads"
    file.write_text(f"2026-01-01T00:00:00.000Z 1 {'a' * 64}\n2026-01-01T00:00:00.000Z 2 short\n")
    with pytest.raises(InvalidInput, match="Line 2"):
        list(HeadFile(file).heads())


def test_a_full_disk_does_not_undo_a_change(database: Database, tmp_path: Path, caplog: Any) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    change(database, HeadFile(blocked / "heads"), 1)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(audit)) == 1
    assert "could not be written" in caplog.text


def test_the_service_writes_heads_beside_its_file_and_notes_a_database_made_anew(tmp_path: Path) -> None:
    url = str(tmp_path / "city.gpkg")
    settings = replace(read_settings({}), database_url=url)
    for _ in range(2):
        service = open_service(settings)
        with service.work().begin("t", "touch") as unit:
            unit.touch("zone", ["QY1"])
        assert service.heads is not None
        found = list(service.heads.heads())
        with service.database.read() as connection:
            assert [head.digest for head in found] == [log.head(connection)]
            assert check(connection, found).broken is None
        service.close()
        Path(url).unlink()
    lines = (tmp_path / "city.gpkg.heads").read_text().splitlines()
    assert [line.split()[1] for line in lines] == ["1", "new", "1"]


def test_opening_a_database_again_is_no_new_database(tmp_path: Path) -> None:
    settings = replace(
        read_settings({}),
        database_url=str(tmp_path / "city.gpkg"),
        audit_heads=tmp_path / "elsewhere" / "heads",
    )
    for _ in range(2):
        service = open_service(settings)
        with service.work().begin("t", "touch") as unit:
            unit.touch("zone", ["QY1"])
        service.close()
    assert list(HeadFile(tmp_path / "elsewhere" / "heads").heads())[-1] == Head(
        2, log_head(settings.database_url)
    )


def log_head(url: str) -> str:
    database = open_database(url)
    with database.read() as connection:
        found = log.head(connection)
        assert connection.scalar(text("SELECT count(*) FROM audit")) == 2
    database.close()
    return found

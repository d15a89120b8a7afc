"""Several processes share one database; one that dies leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from geoservice.db import Database, Work, open_database
from geoservice.model import audit, minted, revision, zone
from geoservice.registry import audit as audit_log
from geoservice.registry import revisions
from geoservice.registry.audit_check import check
from geoservice.registry.mint import mint

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
import pandas as pd
from geoservice.db import Work, open_database
from geoservice.registry import audit, revisions
from geoservice.registry.put import put
from tests.fixtures.city import FOUNDED, square

url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
database = open_database(url)
work = Work(database, (revisions.bump, audit.append))
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    with work.begin(name, "write") as unit:
        row = {"name": f"{name}{number}", "kind": "planning", "geometry": square(number, 0)}
        put(unit, "zone", pd.DataFrame([row]), valid_from=FOUNDED)
        if name == "victim":
            print("inside", flush=True)
            sys.stdin.readline()
database.close()
"""


def _start(url: str, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, name, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
    )


def _go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("\n")
    process.stdin.flush()


def test_two_processes_write_at_once_and_lose_nothing(database_url: str) -> None:
    writers = [_start(database_url, name, 8) for name in ("one", "two")]
    for writer in writers:
        _go(writer)
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    database = open_database(database_url)
    with database.read() as connection:
        keys = connection.scalars(select(zone.c.key)).all()
        assert len(keys) == len(set(keys)) == 16
        assert connection.scalar(select(revision.c.number).where(revision.c.source == "zone")) == 16
        assert connection.scalar(select(func.count()).select_from(audit)) == 16
        assert check(connection).broken is None
    database.close()


def test_a_process_killed_within_its_work_leaves_nothing(database_url: str) -> None:
    victim = _start(database_url, "victim", 1)
    _go(victim)
    assert victim.stdout is not None
    assert victim.stdout.readline() == "inside\n"
    victim.send_signal(signal.SIGKILL)
    victim.wait(timeout=10)
    database = open_database(database_url)
    with database.read() as connection:
        for table in (zone, audit, revision, minted):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    if database.embedded:
        with database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("SELECT count(*) FROM rtree_zone_geom").scalar() == 0
    with Work(database).begin("next", "write") as unit:
        assert mint(unit, "zone", 1) == ["QY00000001"]
    database.close()


def test_a_reader_is_not_held_up_and_sees_one_state(database: Database) -> None:
    work = Work(database, (revisions.bump, audit_log.append))
    with database.read() as reader:
        assert reader.scalar(select(func.count()).select_from(revision)) == 0
        with work.begin("tester", "touch") as unit:
            unit.touch("zone", ["QY00000001"])
        assert reader.scalar(select(func.count()).select_from(revision)) == 0
    with database.read() as reader:
        assert reader.scalar(select(func.count()).select_from(revision)) == 1


def test_work_that_fails_leaves_nothing_and_runs_no_subscriber(database: Database) -> None:
    ran: list[str] = []
    work = Work(database, (revisions.bump, lambda unit: ran.append(unit.action)))
    with pytest.raises(RuntimeError, match="stop"), work.begin("tester", "fail") as unit:
        unit.touch("zone", ["QY00000001"])
        revisions.bump(unit)
        raise RuntimeError("stop")
    assert ran == []
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(revision)) == 0


def test_work_whose_subscriber_fails_leaves_nothing(database: Database) -> None:
    def refuse(_: object) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError), Work(database, (revisions.bump, refuse)).begin("t", "x") as unit:
        unit.touch("zone", ["QY00000001"])
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(revision)) == 0


def test_a_second_writer_in_the_same_process_waits_its_turn(database: Database) -> None:
    import threading

    order: list[str] = []
    inside = threading.Event()
    work = Work(database, (revisions.bump, audit_log.append))

    def second() -> None:
        inside.wait(5)
        with work.begin("second", "write") as unit:
            unit.touch("zone", ["b"])
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with work.begin("first", "write") as unit:
        unit.touch("zone", ["a"])
        inside.set()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    with database.read() as connection:
        assert check(connection).broken is None
        instants = connection.scalars(select(audit.c.at).order_by(audit.c.id)).all()
    assert instants == sorted(instants)

"""A server that is told to stop finishes what it has begun, takes nothing new, and ends well."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.db import open_database
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry import settings
from tests.fixtures.running import serving


@contextmanager
def hold_accounts(url: str) -> Iterator[tuple[Callable[[], bool], Callable[[], None]]]:
    """Keep writers waiting; yield what tells whether one waits, and what lets them go on."""
    if url.startswith("gpkg"):
        with closing(sqlite3.connect(url.removeprefix("gpkg:///"), isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            # SQLite tells nobody who waits: long enough for a request to arrive on a busy machine.
            yield lambda: time.monotonic() > began + 3, lambda: held.execute("ROLLBACK").close()
    else:
        address = url.replace("+psycopg", "")
        with psycopg.connect(address) as held, psycopg.connect(address, autocommit=True) as looking:
            held.execute("LOCK TABLE token IN ACCESS EXCLUSIVE MODE")
            waits = "SELECT 1 FROM pg_locks WHERE relation = 'token'::regclass AND NOT granted"
            yield lambda: looking.execute(waits).fetchone() is not None, held.rollback


def sign_in_code(url: str) -> str:
    database = open_database(url)
    with database.write() as connection:
        settings.ensure_signing_key(connection, clock.now())
        accounts.create_account(connection, "wang", Role.LAND, (Scope(ScopeKind.CITY),), clock.now())
        code = tokens.issue(connection, tokens.TokenKind.SIGN_IN, "wang", clock.now())
    database.close()
    return code


def refused(address: Any) -> bool:
    try:
        socket.create_connection((address.hostname, address.port), timeout=1).close()
    except OSError:
        return True
    return False


def test_requests_under_way_are_finished(database_url: str, tmp_path: Path) -> None:
    # A sign-in writes: held back by a lock, it is a request under way for as long as the test wants.
    code = sign_in_code(database_url)
    with serving(database_url, tmp_path, "serve") as served, hold_accounts(database_url) as (waits, release):
        address = urlsplit(served.base)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        answers: list[int] = []

        def ask() -> None:
            connection.request("GET", f"/sign-in?code={code}")
            answers.append(connection.getresponse().status)

        asking = threading.Thread(target=ask)
        asking.start()
        until = time.monotonic() + 20
        while not waits():
            assert time.monotonic() < until, "the request never came to the lock"
            time.sleep(0.05)
        assert answers == []
        served.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 10
        while not refused(address):
            assert time.monotonic() < until, "a server that stops still takes connections"
            time.sleep(0.05)
        assert served.process.poll() is None, "it waits for the request under way"
        release()
        asking.join(20)
        assert answers and answers[0] in (200, 302, 303)
        assert served.process.wait(20) == 0
    if database_url.startswith("gpkg"):
        assert not Path(database_url.removeprefix("gpkg:///") + "-wal").exists(), "the database was closed"


def test_an_idle_server_stops_at_once_and_its_log_is_json(tmp_path: Path) -> None:
    with serving(tmp_path / "x.gpkg", tmp_path, "serve") as served:
        address = urlsplit(served.base)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        connection.request("GET", "/healthz", headers={"X-Request-Id": "probe-1"})
        answer = connection.getresponse()
        health = json.load(answer)
        assert {"status", "version", "commit"} <= set(health)
        began = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        served.process.wait(20)
        # The open but idle connection must not hold the server up.
        assert time.monotonic() - began < 5
    log = next(tmp_path.glob("serve-*.log")).read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["logger"] == "geoservice.requests"]
    assert [(line["request_id"], line["route"], line["status"]) for line in requests] == [
        ("probe-1", "/healthz", 200)
    ]

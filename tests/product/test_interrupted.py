"""Killed at any moment, a load leaves a database that opens, holds whole imports alone, and can be finished."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.demo import Demo
from tests.fixtures.running import command, start

pytestmark = pytest.mark.slow

# Rows that are counted one for one by the imports that brought them.
COUNTED = ("zone", "layer_feature", "park", "parcel", "project_parcel", "investment_month", "blocker")
COUNTED += ("demolition_task", "demolition_unit")
# What differs from load to load: when, by whom, under which secret.
OWN_TABLES = {"audit", "import_run", "revision", "setting", "token", "user_account", "alembic_version"}
OWN_COLUMNS = {"recorded_at", "recorded_to", "superseded_at", "at", "created_at", "geojson_at"}


def test_a_load_killed_again_and_again_ends_as_one_that_was_not(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "city.gpkg"
    seen = [_killed_after(file, published=runs, seconds=more) for runs, more in KILLS]
    assert seen == sorted(seen)  # what was published stays published
    assert len(set(seen)) > 1  # the kills struck at different places
    done = command("demo", "--database", file)
    assert done.returncode == 0, done.stderr
    assert "6227 parcels, 317 projects" in done.stdout
    _check_whole(file)
    assert _content(file) == _content(Path(demo.database))
    assert _runs(file) == _runs(Path(demo.database))  # what was published was not imported again


# Kill when so many imports are published and so many more seconds have passed.
KILLS = ((3, 0.0), (16, 2.0), (20, 0.3))


def _killed_after(file: Path, *, published: int, seconds: float) -> int:
    """Start the load, kill it at a moment, check what is left, and return how many imports it holds."""
    process = start("demo", "--database", file)
    try:
        _until(process, lambda: file.exists() and _runs(file) >= published)
        time.sleep(seconds)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    return _check_whole(file) if _migrated(file) else 0


def _until(process: subprocess.Popen[str], reached: Any) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if reached():
            return
        time.sleep(0.02)


def _check_whole(file: Path) -> int:
    with _reading(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        expected: Counter[str] = Counter()
        runs = connection.execute("SELECT noun, counts -> 'to_load', state FROM import_run").fetchall()
        for noun, rows, state in runs:
            assert state == "published"
            expected[noun] += int(rows)
        for noun in COUNTED:
            held = connection.execute(f"SELECT count(*) FROM {noun}").fetchone()[0]
            assert held == expected[noun], noun
        judged = connection.execute("SELECT count(DISTINCT parcel) FROM verdict").fetchone()[0]
        assert judged == expected["parcel"]  # a publish and what it sets off are one
    return len(runs)


def _content(file: Path) -> dict[str, list[Any]]:
    """Return what the database says, without what belongs to the one load."""
    said = {}
    with _reading(file) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'gpkg%' "
            "AND name NOT LIKE 'rtree%' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        for (table,) in tables:
            if table in OWN_TABLES:
                continue
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            columns = [name for name in names if name not in OWN_COLUMNS]
            listed = ", ".join(f'"{name}"' for name in columns)
            said[table] = sorted(connection.execute(f"SELECT {listed} FROM {table}").fetchall(), key=repr)
    assert len(said["verdict"]) > 6000
    return said


def _migrated(file: Path) -> bool:
    return (
        file.exists() and _ask(file, "SELECT count(*) FROM sqlite_master WHERE name = 'demolition_unit'") == 1
    )


def _runs(file: Path) -> int:
    return _ask(file, "SELECT count(*) FROM import_run")


def _ask(file: Path, question: str) -> int:
    try:
        with _reading(file) as connection:
            return int(connection.execute(question).fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as connection:
        yield connection

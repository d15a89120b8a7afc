"""Answers that cost time, kept on disk between starts and shared by processes: tiles drawn, lists read.

A shelf holds nothing that could not be made again: whatever goes wrong with its file, the answer is made anew.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

logger = logging.getLogger("geoservice.shelf")

CAPACITY_BYTES: Final = 512 * 1024 * 1024
"""How much a shelf holds; beyond it the older half is given up."""

_MOST_WISHES: Final = 64
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS answer (name TEXT PRIMARY KEY, body BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wish (document TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
"""


class Shelf:
    """A file of answers under names; safe between threads and processes.

    Parameters
    ----------
    path : Path or None
        The file; ``None`` keeps nothing.
    capacity_bytes : int
        How large the file may grow.

    Notes
    -----
    A name must hold all that an answer depends on (revisions, day, policy, reader): nothing is ever invalidated,
    what a newer revision replaces is asked for no more and given up in its turn. The file is readable by its owner
    alone, as the database is.
    """

    def __init__(self, path: Path | None, capacity_bytes: int = CAPACITY_BYTES) -> None:
        self._path = path
        self._capacity = capacity_bytes
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    def get_or_make(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return the answer kept under a name, or make and keep it."""
        held = self._do(
            lambda file: file.execute("SELECT body FROM answer WHERE name = ?", (name,)).fetchone()
        )
        if held is not None:
            return bytes(held[0])
        body = make()
        self._do(lambda file: self._keep(file, name, body))
        return body

    def holds(self, name: str) -> bool:
        """Say whether an answer is kept under a name."""
        asked = "SELECT 1 FROM answer WHERE name = ?"
        return self._do(lambda file: file.execute(asked, (name,)).fetchone()) is not None

    def wish(self, document: dict[str, Any]) -> None:
        """Remember what is asked for, so that it can be made ready when what it rests on has changed."""
        text = json.dumps(document, sort_keys=True, ensure_ascii=False)
        put = "INSERT OR REPLACE INTO wish VALUES (?, ?)"
        self._do(lambda file: file.execute(put, (text, time.time_ns())).rowcount)

    def wishes(self) -> list[dict[str, Any]]:
        """Return what was asked for, the latest first, no more than a reader or two of each role."""
        asked = "SELECT document FROM wish ORDER BY at DESC, document LIMIT ?"
        rows = self._do(lambda file: file.execute(asked, (_MOST_WISHES,)).fetchall())
        return [json.loads(text) for (text,) in rows or []]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened = None

    def _keep(self, file: sqlite3.Connection, name: str, body: bytes) -> None:
        file.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (name, body, time.time_ns()))
        pages = (
            file.execute("PRAGMA page_count").fetchone()[0]
            - file.execute("PRAGMA freelist_count").fetchone()[0]
        )
        if pages * _PAGE > self._capacity:
            older = "SELECT name FROM answer ORDER BY at LIMIT (SELECT count(*) / 2 FROM answer)"
            file.execute(f"DELETE FROM answer WHERE name IN ({older})")

    def _do(self, act: Callable[[sqlite3.Connection], Any]) -> Any:
        """Act on the file; what cannot be read or kept is as if it had not been there."""
        if self._path is None:
            return None
        with self._lock:
            try:
                if self._opened is None:
                    self._opened = _open(self._path)
                return act(self._opened)
            except (sqlite3.Error, OSError) as error:
                logger.warning("answers cannot be kept in %s: %s", self._path, error)
                with suppress(sqlite3.Error):
                    if self._opened is not None:
                        self._opened.close()
                self._opened = None
                if isinstance(error, sqlite3.DatabaseError) and not isinstance(
                    error, sqlite3.OperationalError
                ):
                    with suppress(OSError):
                        self._path.unlink()  # damaged: begin anew
                return None


_PAGE: Final = 8192


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    file = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=1.0)
    file.execute(f"PRAGMA page_size = {_PAGE}")
    file.execute("PRAGMA journal_mode = WAL")
    # A crash may lose the newest answers, which are made again.
    file.execute("PRAGMA synchronous = OFF")
    file.executescript(_TABLES)
    return file

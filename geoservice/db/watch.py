"""What a database is asked, how long it takes, and when it is told to stop: limits, slow queries and figures.

A request runs under a limit and keeps a tally; commands and jobs do neither, since an import may take an hour.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from geoservice.db.types import GEOPACKAGE
from geoservice.logs import DETAILS

logger = logging.getLogger("geoservice.db")

_OPCODES: Final = 500_000
"""How often SQLite asks whether to go on: some 10 ms of work, since asking takes the interpreter's lock."""


@dataclass
class Tally:
    """What one request asked of the database.

    Attributes
    ----------
    statements : int
        Statements executed.
    seconds : float
        Time spent in them.
    """

    statements: int = 0
    seconds: float = 0.0


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def limited() -> Iterator[Tally]:
    """Hold every statement of the block to the time limit, and count them."""
    tally = Tally()
    token = _tally.set(tally)
    try:
        yield tally
    finally:
        _tally.reset(token)


def is_limited() -> bool:
    """Say whether the code runs under the time limit."""
    return _tally.get() is not None


@dataclass
class Watch:
    """Watches an engine: figures since the start, slow statements in the log, a deadline for SQLite.

    Attributes
    ----------
    slow_s : float
        What is slow; 0 for nothing.
    limit_s : float
        What is too slow for a request; 0 for nothing.
    statements, seconds, slow, cancelled : int, float, int, int
        Figures since the start.
    """

    slow_s: float = 0.0
    limit_s: float = 0.0
    statements: int = 0
    seconds: float = 0.0
    slow: int = 0
    cancelled: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def attach(self, engine: Engine) -> None:
        """Begin to watch an engine."""
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "handle_error", self._failed)
        if engine.dialect.name == GEOPACKAGE:
            event.listen(engine, "connect", _give_deadline)

    def _before(self, connection: Connection, *_: Any) -> None:
        now = time.monotonic()
        connection.info["asked_at"] = now
        deadline = connection.info.get("deadline")
        if deadline is not None:
            deadline.until = now + self.limit_s if self.limit_s and is_limited() else None

    def _after(self, connection: Connection, _: Any, statement: str, *__: Any) -> None:
        took = time.monotonic() - connection.info["asked_at"]
        slow = bool(self.slow_s) and took > self.slow_s
        with self._lock:
            self.statements += 1
            self.seconds += took
            self.slow += slow
        tally = _tally.get()
        if tally is not None:
            tally.statements += 1
            tally.seconds += took
        if slow:
            # An import is slow by nature; a request is not.
            level = logging.WARNING if tally is not None else logging.INFO
            details = {"ms": round(took * 1000), "statement": without_values(statement)}
            logger.log(level, "slow query", extra={DETAILS: details})

    def _failed(self, context: ExceptionContext) -> None:
        if was_cancelled(context.original_exception):
            with self._lock:
                self.cancelled += 1
            details = {"limit_s": self.limit_s, "statement": without_values(context.statement or "")}
            logger.warning("query cancelled", extra={DETAILS: details})


def was_cancelled(error: BaseException | None) -> bool:
    """Say whether the driver reports a statement stopped for taking too long."""
    if isinstance(error, sqlite3.OperationalError):
        return "interrupted" in str(error)
    return getattr(error, "sqlstate", None) == "57014"


def without_values(statement: str) -> str:
    """Return a statement fit for a log: no literal but plain lower-case words, on one line, cut at 2,000.

    Values travel as parameters, which are never logged; this takes out what might stand in the text all the same.

    >>> without_values("SELECT 'state',  x FROM t WHERE name = '张三' AND n > 119.25")
    "SELECT 'state', x FROM t WHERE name = '…' AND n > 0"
    """
    plain = _LITERAL.sub(lambda found: found[0] if _WORD.fullmatch(found[0]) else "'…'", statement)
    return " ".join(_NUMBER.sub("0", plain).split())[:2000]


_LITERAL: Final = re.compile(r"'(?:[^']|'')*'")
_WORD: Final = re.compile(r"'[a-z_]{0,40}'")
_NUMBER: Final = re.compile(r"(?<![\w.$:\"])-?\d+\.\d+\b")


class _Deadline:
    """When SQLite has to stop; asked by the progress handler."""

    until: float | None = None

    def passed(self) -> bool:
        return self.until is not None and time.monotonic() > self.until


def _give_deadline(connection: sqlite3.Connection, record: Any) -> None:
    deadline = record.info["deadline"] = _Deadline()
    connection.set_progress_handler(deadline.passed, _OPCODES)

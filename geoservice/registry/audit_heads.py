"""The heads of the audit chain, written outside the database as well: one line a change in a text file.

Who can change the whole database can make a whole new chain; who restores an older copy takes entries away without
a trace inside. Both contradict this file, as long as it lies where that person cannot write.
"""

from __future__ import annotations

import heapq
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from geoservice.db import UnitOfWork
from geoservice.db.types import instant_text
from geoservice.errors import InvalidInput
from geoservice.logs import DETAILS

logger = logging.getLogger("geoservice.audit")

_NEW: Final = "new"
_WINDOW: Final = 1000
"""Writers append after they committed, each when it comes to it: lines may be out of order by a few."""


@dataclass(frozen=True)
class Head:
    """An entry as it was when it was the newest."""

    number: int
    digest: str


@dataclass(frozen=True)
class HeadFile:
    """An append-only text file: ``<instant> <number> <hash>`` a change, ``<instant> new`` for a new database.

    Attributes
    ----------
    path : Path
        The file; made with its folder when the first line is written.
    """

    path: Path

    def witness(self, unit: UnitOfWork) -> None:
        """Write down the entry of a committed change.

        A change that is committed stands, so that a full disk is logged and not raised; the next line covers the
        entries before it.
        """
        if unit.entry is None:
            return
        number, digest = unit.entry
        logger.info("audit", extra={DETAILS: {"entry": number, "hash": digest, "action": unit.action}})
        try:
            self._write(f"{instant_text(unit.at)} {number} {digest}\n")
        except OSError as error:
            logger.error("the head of the audit log could not be written to %s: %s", self.path, error)

    def begin(self, at: datetime) -> None:
        """Write down that a database was made anew, where there was one before: its heads are history."""
        if self.path.exists():
            self._write(f"{instant_text(at)} {_NEW}\n")

    def heads(self) -> Iterator[Head]:
        """Yield the heads of the current database in the order of entries, a few lines in memory at a time.

        Raises
        ------
        InvalidInput
            If a line is not one of ours.
        """
        waiting: list[tuple[int, str]] = []
        for head in self._current():
            heapq.heappush(waiting, (head.number, head.digest))
            if len(waiting) > _WINDOW:
                yield Head(*heapq.heappop(waiting))
        while waiting:
            yield Head(*heapq.heappop(waiting))

    def _current(self) -> Iterator[Head]:
        if not self.path.exists():
            return
        begun = self._began()
        with self.path.open(encoding="ascii", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                if number > begun:
                    yield self._head(number, line)

    def _began(self) -> int:
        """Return the line the current database begins after."""
        with self.path.open(encoding="ascii", errors="replace") as file:
            return max(
                (number for number, line in enumerate(file, 1) if line.split()[1:] == [_NEW]), default=0
            )

    def _head(self, number: int, line: str) -> Head:
        parts = line.split()
        if len(parts) != 3 or not parts[1].isdigit() or len(parts[2]) != 64:
            raise InvalidInput(
                f"Line {number} of the file of audit heads is not one of ours",
                line.strip()[:100],
                f"Compare {self.path} with a copy of it.",
            )
        return Head(int(parts[1]), parts[2])

    def _write(self, line: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            # One call: lines of several processes never mix.
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)

"""What a handler is given: the job, a way to tell progress, and the news that somebody wants it to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from geoservice.db.live import Hold
from geoservice.registry.queue import Job
from geoservice.service import Service

_EVERY_S: Final = 0.4
"""Progress is told, and a wish to cancel looked for, no more often than this."""


class Cancelled(Exception):
    """Somebody asked the work to stop; the unit of work it was in is rolled back.

    No error of ours: nobody on the way may take it for a defect of what is worked on.
    """


@dataclass
class Context:
    """A job under way.

    Attributes
    ----------
    job : Job
        What was asked.
    hold : Hold
        The lock that says we live.
    """

    job: Job
    hold: Hold
    _step: str = ""
    _began: float = field(default_factory=time.monotonic)
    _step_began: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def tell(self, step: str, done: int, total: int) -> None:
        """Tell how far the work is, with rate and remaining time of the step.

        Raises
        ------
        Cancelled
            If somebody asked for it.
        """
        now = time.monotonic()
        if step != self._step:
            self._step, self._step_began, self._told = step, now, 0.0
        if now - self._told < _EVERY_S and done < total:
            return
        self._told = now
        self.hold.tell(progress(step, done, total, now - self._step_began, now - self._began))
        self.check()

    def check(self) -> None:
        """Stop where somebody asked for it.

        Raises
        ------
        Cancelled
            Then.
        """
        if self.hold.cancelled():
            raise Cancelled(f"job {self.job.id}")


Handler: TypeAlias = Callable[[Service, Context, dict[str, Any]], dict[str, Any]]
Handlers: TypeAlias = Mapping[str, Handler]


def progress(step: str, done: int, total: int, step_s: float, elapsed_s: float) -> dict[str, Any]:
    """Return progress as it is shown: the rate of this step and how long it still takes at that rate.

    >>> progress("verdicts", 250, 1000, 5.0, 9.0)["remaining_s"]
    15.0
    """
    rate = done / step_s if step_s > 0 and done else None
    left = None if rate is None or not total else max(total - done, 0) / rate
    return {
        "step": step,
        "done": done,
        "total": total,
        "rate_per_s": None if rate is None else round(rate, 1),
        "remaining_s": None if left is None else round(left, 1),
        "elapsed_s": round(elapsed_s, 1),
    }

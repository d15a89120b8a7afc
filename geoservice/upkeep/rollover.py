"""The turn of the day: a plan whose date has come without its fact is no longer a plan.

Intervals after today rest on planned dates. When the day they begin on arrives, the subjects concerned are
recomputed against the facts, so that a project planned to start today and not started is late tomorrow, and a
parcel whose clearance is overdue is not shown as clear.
"""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, Table

from geoservice import clock
from geoservice.availability.rules import RuleSet
from geoservice.db import UnitOfWork, Work
from geoservice.errors import GeoserviceError
from geoservice.model import project_stage, verdict
from geoservice.registry.overdue import overdue_subjects
from geoservice.upkeep.stages import recompute_stages
from geoservice.upkeep.verdicts import recompute_verdicts

logger = logging.getLogger("geoservice.upkeep")


def roll_over(unit: UnitOfWork, rules: RuleSet, today: date) -> int:
    """Recompute every subject with a planned interval that began by today; return how many changed."""
    projects = _overdue(unit.connection, project_stage, today)
    changed = recompute_stages(unit, projects) if projects else set()
    parcels = _overdue(unit.connection, verdict, today)
    moved = recompute_verdicts(unit, parcels, rules) if parcels else set()
    return len(changed) + len(moved)


class DailyRollover:
    """A thread that rolls the day over at start and at every Shanghai midnight."""

    def __init__(self, work: Work, rules: RuleSet) -> None:
        self._work = work
        self._rules = rules
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rollover", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; a recomputation under way is finished first."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                run_once(self._work, self._rules)
            except GeoserviceError as error:
                logger.warning("the day could not be rolled over: %s", error)
            self._stop.wait(seconds_to_midnight(clock.now()))


def run_once(work: Work, rules: RuleSet) -> int:
    """Roll over to today in one unit of work."""
    with work.database.read() as connection:
        today = clock.today()
        if not (_overdue(connection, project_stage, today) or _overdue(connection, verdict, today)):
            return 0
    with work.begin("geoservice", "roll over the day") as unit:
        return roll_over(unit, rules, clock.today())


def seconds_to_midnight(instant: datetime) -> float:
    """Return the seconds until one second past the next Shanghai midnight.

    >>> from datetime import UTC
    >>> seconds_to_midnight(datetime(2026, 9, 30, 15, 59, 0, tzinfo=UTC))
    61.0
    """
    here = instant.astimezone(clock.SHANGHAI)
    midnight = datetime.combine(here.date() + timedelta(days=1), time(0, 0, 1), clock.SHANGHAI)
    return (midnight - here).total_seconds()


def _overdue(connection: Connection, table: Table, today: date) -> set[str]:
    return overdue_subjects(connection, table, today)

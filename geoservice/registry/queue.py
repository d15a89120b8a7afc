"""The queue of long work: submitted with a change or by itself, claimed by one worker, finished once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from geoservice.errors import Conflict, NotFound
from geoservice.model import job
from geoservice.model.vocabulary import JobState

OPEN_STATES = (JobState.QUEUED.value, JobState.RUNNING.value)


@dataclass(frozen=True)
class Job:
    """A job as the queue holds it.

    Attributes
    ----------
    id : int
    kind : str
        Which handler does it.
    subject : str or None
        What it is about, such as the number of an import.
    asked : dict
        Parameters of the handler.
    state : str
        A code of :class:`~geoservice.model.vocabulary.JobState`.
    attempts : int
        How often a worker began it.
    created_at : datetime
    created_by : str
        Account that asked for it.
    started_at, finished_at : datetime or None
    progress : dict or None
        ``step``, ``done``, ``total``, ``rate_per_s``, ``remaining_s``, ``elapsed_s``.
    cancel_asked : bool
    result : dict or None
        What the handler returned.
    error : dict or None
        ``code``, ``subject``, ``value``, ``remedy`` of a job that failed.
    """

    id: int
    kind: str
    subject: str | None
    asked: dict[str, Any]
    state: str
    attempts: int
    created_at: datetime
    created_by: str
    started_at: datetime | None = None
    finished_at: datetime | None = None
    progress: dict[str, Any] | None = None
    cancel_asked: bool = False
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    @property
    def open(self) -> bool:
        """Say whether it still waits or runs."""
        return self.state in OPEN_STATES


def submit(
    connection: Connection,
    kind: str,
    asked: dict[str, Any],
    *,
    by: str,
    at: datetime,
    subject: str | None = None,
) -> int:
    """Put work into the queue and return its number; it is seen when the transaction commits."""
    done = connection.execute(
        insert(job).values(
            kind=kind,
            subject=subject,
            asked=asked,
            state=JobState.QUEUED.value,
            attempts=0,
            created_at=at,
            created_by=by,
            cancel_asked=False,
        )
    )
    number = done.inserted_primary_key
    assert number is not None
    return int(number[0])


def find(connection: Connection, number: int) -> Job:
    """Return a job.

    Raises
    ------
    NotFound
        If there is none of that number.
    """
    row = connection.execute(select(job).where(job.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("There is no such job", number, "List jobs at /v1/jobs.")
    return Job(**row._mapping)


def newest(connection: Connection, kind: str | None, subject: str) -> Job | None:
    """Return the newest job about a subject (of a kind), ``None`` where there is none."""
    statement = select(job).where(job.c.subject == subject).order_by(job.c.id.desc()).limit(1)
    if kind is not None:
        statement = statement.where(job.c.kind == kind)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Job(**row._mapping)


def recent(connection: Connection, *, by: str | None = None, limit: int = 50) -> list[Job]:
    """Return the newest jobs, of one account or of all."""
    statement = select(job).order_by(job.c.id.desc()).limit(limit)
    if by is not None:
        statement = statement.where(job.c.created_by == by)
    return [Job(**row._mapping) for row in connection.execute(statement)]


def waiting(connection: Connection, kinds: Sequence[str]) -> list[int]:
    """Return the numbers of queued jobs, oldest first."""
    return _numbers(connection, JobState.QUEUED, kinds)


def running(connection: Connection, kinds: Sequence[str]) -> list[int]:
    """Return the numbers of jobs some worker began and did not finish."""
    return _numbers(connection, JobState.RUNNING, kinds)


def begin(connection: Connection, number: int, at: datetime) -> Job | None:
    """Mark a queued job as running; ``None`` where it is queued no longer."""
    changed = connection.execute(
        update(job)
        .where(job.c.id == number, job.c.state == JobState.QUEUED.value)
        .values(
            state=JobState.RUNNING.value,
            started_at=at,
            attempts=job.c.attempts + 1,
            progress=None,
        )
    )
    return find(connection, number) if changed.rowcount else None


def finish(
    connection: Connection,
    number: int,
    state: JobState,
    at: datetime,
    *,
    result: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
) -> None:
    """Record how an open job ended; one that ended before stays as it is."""
    connection.execute(
        update(job)
        .where(job.c.id == number, job.c.state.in_(OPEN_STATES))
        .values(state=state.value, finished_at=at, result=result, error=error)
    )


def put_back(connection: Connection, number: int) -> bool:
    """Queue a job again whose worker died; say whether it was still counted as running."""
    changed = connection.execute(
        update(job)
        .where(job.c.id == number, job.c.state == JobState.RUNNING.value)
        .values(state=JobState.QUEUED.value, progress=None)
    )
    return bool(changed.rowcount)


def cancel_waiting(connection: Connection, number: int, at: datetime) -> bool:
    """Cancel a job nobody began; say whether that was enough.

    Raises
    ------
    Conflict
        If it ended already.
    """
    found = find(connection, number)
    if not found.open:
        raise Conflict("This job has ended", found.state, "There is nothing left to cancel.")
    changed = connection.execute(
        update(job)
        .where(job.c.id == number, job.c.state == JobState.QUEUED.value)
        .values(state=JobState.CANCELLED.value, finished_at=at)
    )
    return bool(changed.rowcount)


def _numbers(connection: Connection, state: JobState, kinds: Sequence[str]) -> list[int]:
    statement = select(job.c.id).where(job.c.state == state.value, job.c.kind.in_(kinds)).order_by(job.c.id)
    return list(connection.scalars(statement))

"""The worker: claims queued jobs one after another, and takes up those whose worker died."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import Final

from geoservice import clock
from geoservice.db import Database
from geoservice.db.live import ask_cancel, forget, holding, progress_of
from geoservice.errors import GeoserviceError
from geoservice.jobs.context import Cancelled, Context, Handlers
from geoservice.model.vocabulary import JobState
from geoservice.registry import queue
from geoservice.registry.queue import Job
from geoservice.service import Service

logger = logging.getLogger("geoservice.jobs")

POLL_S: Final = 1.0
ATTEMPTS: Final = 3
"""A job whose worker died so often kills workers, and is given up."""


class Worker:
    """Does queued work in a thread of its own, one job at a time; several may share a database.

    Parameters
    ----------
    service : Service
        What handlers work on.
    handlers : mapping of str to Handler
        Kind of job → what does it; jobs of other kinds are left to others.
    """

    def __init__(self, service: Service, handlers: Handlers) -> None:
        self._service = service
        self._handlers = handlers
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no further job; one under way is left to be taken up again."""
        self._stop.set()
        self._thread.join(timeout=10)

    def request_stop(self) -> None:
        """End after the job under way."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped."""
        while not self._stop.is_set():
            try:
                worked = self.run_pending()
            except GeoserviceError as error:
                logger.warning("the queue could not be read: %s", error)
                worked = 0
            if not worked:
                self._stop.wait(POLL_S)

    def run_pending(self) -> int:
        """Do everything that waits now, and return how many jobs that were."""
        kinds, database, done = list(self._handlers), self._service.database, 0
        self.recover()
        while not self._stop.is_set():
            with database.read() as connection:
                numbers = queue.waiting(connection, kinds)
            begun = sum(self._take(number) for number in numbers)
            if not begun:
                return done
            done += begun
        return done

    def recover(self) -> None:
        """Queue again the jobs whose worker died, and give up those that keep dying."""
        database = self._service.database
        with database.read() as connection:
            begun = queue.running(connection, list(self._handlers))
        for number in begun:
            with holding(database, number) as hold:
                if hold is not None:
                    _put_back(database, number)

    def _take(self, number: int) -> bool:
        database = self._service.database
        with holding(database, number) as hold:
            if hold is None:
                return False
            with database.write() as connection:
                job = queue.begin(connection, number, clock.now())
            if job is None:
                return False
            self._do(Context(job, hold))
            forget(database, number)
        return True

    def _do(self, context: Context) -> None:
        job = context.job
        try:
            context.check()
            result = self._handlers[job.kind](self._service, context, job.asked)
        except Cancelled:
            self._finish(job, JobState.CANCELLED)
        except GeoserviceError as error:
            said = {
                "code": error.code,
                "subject": error.subject,
                "value": None if error.value is None else str(error.value)[:500],
                "remedy": error.remedy,
            }
            self._finish(job, JobState.FAILED, error=said)
        except Exception:
            logger.exception("job %s (%s) failed", job.id, job.kind)
            said = {
                "code": "error",
                "subject": "Something went wrong inside the service",
                "value": None,
                "remedy": "Nothing was changed. Try again; the log knows more.",
            }
            self._finish(job, JobState.FAILED, error=said)
        else:
            self._finish(job, JobState.DONE, result=result)

    def _finish(
        self, job: Job, state: JobState, *, result: dict[str, object] | None = None, error: object = None
    ) -> None:
        with self._service.database.write() as connection:
            queue.finish(connection, job.id, state, clock.now(), result=result, error=error)  # type: ignore[arg-type]


def find_job(database: Database, number: int) -> Job:
    """Return a job with its live progress."""
    with database.read() as connection:
        found = queue.find(connection, number)
    if found.state != JobState.RUNNING.value:
        return found
    return replace(found, progress=progress_of(database, number) or found.progress)


def cancel(database: Database, number: int) -> Job:
    """Cancel a job that waits, or ask the one that runs to stop; it does so at its next step.

    Raises
    ------
    NotFound, Conflict
        If there is none of that number, or it has ended.
    """
    # The word is left first: on a GeoPackage the queue cannot be written while a publish is under way.
    with database.read() as connection:
        found = queue.find(connection, number)
    if found.state == JobState.RUNNING.value:
        ask_cancel(database, number)
        return find_job(database, number)
    with database.write() as connection:
        waited = queue.cancel_waiting(connection, number, clock.now())
    if not waited:
        ask_cancel(database, number)
    found = find_job(database, number)
    if not found.open:
        forget(database, number)
    return found


def _put_back(database: Database, number: int) -> None:
    with database.write() as connection:
        job = queue.find(connection, number)
        if job.attempts < ATTEMPTS:
            queue.put_back(connection, number)
            return
        said = {
            "code": "worker_died",
            "subject": "The worker died each time it did this job",
            "value": job.attempts,
            "remedy": "Nothing was changed. Ask an administrator to look at the log.",
        }
        queue.finish(connection, number, JobState.FAILED, clock.now(), error=said)
    forget(database, number)

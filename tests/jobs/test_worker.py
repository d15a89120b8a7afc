"""The queue: done once, told live, cancelled without a trace, and taken up when a worker died — on both engines."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from geoservice import clock
from geoservice.db.live import holding
from geoservice.errors import Conflict, InvalidInput, NotFound
from geoservice.handlers import HANDLERS
from geoservice.jobs import Context, Worker, cancel, find_job
from geoservice.jobs.worker import ATTEMPTS
from geoservice.model import setting, verdict
from geoservice.registry import queue
from geoservice.registry.settings import write_setting
from geoservice.service import Service
from tests.fixtures.services import Filled


def _submit(service: Service, kind: str, **asked: Any) -> int:
    with service.database.write() as connection:
        return queue.submit(connection, kind, asked, by="tester", at=clock.now())


def _settings(service: Service) -> int:
    with service.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(setting)) or 0


def test_work_is_done_once_in_order_with_its_result(empty: Service) -> None:
    done: list[int] = []

    def add(_: Service, context: Context, asked: dict[str, Any]) -> dict[str, Any]:
        context.tell("adding", 1, 1)
        done.append(asked["n"])
        return {"n": asked["n"]}

    numbers = [_submit(empty, "add", n=n) for n in range(3)]
    worker, other = Worker(empty, {"add": add}), Worker(empty, {"add": add})
    assert worker.run_pending() + other.run_pending() == 3
    assert done == [0, 1, 2]
    jobs = [find_job(empty.database, number) for number in numbers]
    assert [(job.state, job.result, job.attempts) for job in jobs] == [
        ("done", {"n": n}, 1) for n in range(3)
    ]


def test_an_error_of_ours_is_told_and_one_of_the_code_leaks_nothing(empty: Service) -> None:
    def wrong(_: Service, __: Context, asked: dict[str, Any]) -> dict[str, Any]:
        raise InvalidInput("No", "x", "Do y.") if asked["ours"] else RuntimeError("/secret/path")

    ours, theirs = _submit(empty, "wrong", ours=True), _submit(empty, "wrong", ours=False)
    Worker(empty, {"wrong": wrong}).run_pending()
    told = find_job(empty.database, ours)
    assert told.state == "failed"
    assert told.error == {"code": "invalid_input", "subject": "No", "value": "x", "remedy": "Do y."}
    assert "secret" not in str(find_job(empty.database, theirs).error)


def test_a_cancelled_job_leaves_nothing_and_progress_is_live(empty: Service) -> None:
    before = _settings(empty)
    written, seen = threading.Event(), []

    def slow(service: Service, context: Context, _: dict[str, Any]) -> dict[str, Any]:
        with service.database.write() as connection:
            write_setting(connection, "half", True, clock.now())
            written.set()
            for i in range(1000):
                context.tell("writing", i, 1000)
                time.sleep(0.02)
        return {}

    number = _submit(empty, "slow")
    thread = threading.Thread(target=Worker(empty, {"slow": slow}).run_pending)
    thread.start()
    assert written.wait(10)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not seen:
        live = find_job(empty.database, number).progress
        seen = [live] if live and live["done"] else []
        time.sleep(0.05)
    assert seen[0]["step"] == "writing"
    assert seen[0]["rate_per_s"] > 0
    assert seen[0]["remaining_s"] > 0
    cancel(empty.database, number)
    thread.join(10)
    assert find_job(empty.database, number).state == "cancelled"
    assert _settings(empty) == before
    with pytest.raises(Conflict):
        cancel(empty.database, number)
    if empty.database.path:
        assert list(empty.database.path.parent.glob(f"{empty.database.path.name}-job-*")) == []


def test_a_job_that_waits_is_cancelled_at_once(empty: Service) -> None:
    number = _submit(empty, "never")
    assert cancel(empty.database, number).state == "cancelled"
    assert Worker(empty, {"never": HANDLERS["assess"]}).run_pending() == 0
    with pytest.raises(NotFound):
        cancel(empty.database, number + 1)


def test_a_job_whose_worker_died_is_taken_up_and_given_up_in_the_end(empty: Service) -> None:
    class Died(BaseException):
        """What nothing catches, as a kill."""

    def dies(*_: Any) -> dict[str, Any]:
        raise Died

    number = _submit(empty, "dies")
    for _ in range(ATTEMPTS):
        with pytest.raises(Died):
            Worker(empty, {"dies": dies}).run_pending()
        assert find_job(empty.database, number).state == "running"
    Worker(empty, {"dies": dies}).run_pending()
    given_up = find_job(empty.database, number)
    assert (given_up.state, given_up.attempts) == ("failed", ATTEMPTS)
    assert given_up.error is not None
    assert given_up.error["code"] == "worker_died"


def test_a_job_that_is_held_by_a_living_worker_is_left_to_it(empty: Service) -> None:
    number = _submit(empty, "assess")
    with empty.database.write() as connection:
        queue.begin(connection, number, clock.now())
    with holding(empty.database, number) as hold:
        assert hold is not None
        with holding(empty.database, number) as second:
            assert second is None
        Worker(empty, HANDLERS).run_pending()
        assert find_job(empty.database, number).state == "running"
    Worker(empty, HANDLERS).run_pending()
    assert find_job(empty.database, number).state == "done"


def test_a_reassessment_is_a_job_and_moves_nothing_that_stands(city: Filled) -> None:
    service = city.service
    with service.database.read() as connection:
        before = connection.execute(select(verdict).order_by(verdict.c.id)).all()
    number = _submit(service, "assess")
    Worker(service, HANDLERS).run_pending()
    assert find_job(service.database, number).result == {"parcels": 30, "moved": 0}
    with service.database.read() as connection:
        assert connection.execute(select(verdict).order_by(verdict.c.id)).all() == before

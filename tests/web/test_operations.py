"""What an operator relies on: identifiers, logs, metrics, limits and honest refusals, on both engines."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from geoservice import logs
from geoservice.db import Limits, open_database
from geoservice.db.watch import limited
from geoservice.errors import Busy, TimeLimit
from geoservice.registry import features
from geoservice.registry.features import Page
from geoservice.service import Service, open_service
from geoservice.settings import read_settings
from geoservice.web.app import create_app
from geoservice.web.permission import Open, Serving
from tests.fixtures.services import Filled
from tests.web.conftest import As

FOREVER = {
    "geopackage": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Yield what the service logs as JSON lines, as a process that serves would."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    sink = StringIO()
    logs.configure("json", stream=sink)
    yield sink
    root.handlers[:], level = before
    root.setLevel(level)


def lines(log: StringIO, logger: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in found if line["logger"] == logger]


@pytest.fixture
def narrow(database_url: str) -> Iterator[Service]:
    """Yield a service with tight limits."""
    limits = {"query_timeout_s": 0.3, "database_connections": 2, "database_wait_s": 0.2, "slow_query_ms": 50}
    service = open_service(
        replace(read_settings({}), database_url=database_url, request_body_mb=1, upload_mb=2, **limits)
    )
    yield service
    service.close()


def with_slow_route(service: Service) -> FastAPI:
    app = create_app(service)

    def slow(service: Serving) -> int:
        with service.database.read() as connection:
            kind = service.database.engine.dialect.name
            return int(connection.exec_driver_sql(FOREVER[kind]).scalar_one() or 0)

    async def length(request: Request) -> int:
        return len(await request.body())

    app.add_api_route("/slow", slow, dependencies=[Depends(Open())])
    app.add_api_route("/length", length, methods=["POST"], dependencies=[Depends(Open())])
    return app


def test_a_request_has_one_identifier_in_answer_and_log(client: TestClient, log: StringIO) -> None:
    given = client.get("/v1/parks", headers={"X-Request-Id": "desk-4711.a"})
    assert given.headers["x-request-id"] == "desk-4711.a"
    for insane in ("", "a b", "x" * 200, 'a"b', "张"):
        answer = client.get("/v1/parks", headers={"X-Request-Id": insane.encode()})  # type: ignore[dict-item]
        assert answer.headers["x-request-id"] not in (insane, "")
        assert len(answer.headers["x-request-id"]) == 16
    assert lines(log, "geoservice.requests")[0]["request_id"] == "desk-4711.a"


def test_the_request_log_tells_what_was_asked_and_what_it_cost(as_role: As, log: StringIO) -> None:
    answer = as_role("leader").get("/v1/parcels", params={"limit": 3, "bbox": "100,20,130,50"})
    line = lines(log, "geoservice.requests")[-1]
    assert (line["method"], line["path"], line["route"]) == ("GET", "/v1/parcels", "/v1/parcels")
    assert line["query"] == "limit=3&bbox=100,20,130,50"
    assert (line["status"], line["role"], line["user"]) == (200, "leader", "leader-city")
    assert line["statements"] >= 3
    assert 0 < line["database_ms"] <= line["ms"]
    assert 0 < line["bytes"] <= len(answer.content)


def test_the_request_log_holds_no_secrets(client: TestClient, log: StringIO) -> None:
    client.get("/sign-in", params={"code": "gs_secret"}, headers={"Authorization": "Bearer gs_hidden"})
    client.get("/v1/parcels", params={"cursor": "abcdefghijklmnop.secret"})
    ours = [line for line in log.getvalue().splitlines() if '"logger":"geoservice' in line]
    assert len(ours) == 2
    assert not [line for line in ours if "secret" in line or "gs_hidden" in line]


def test_text_logs_read_like_text_and_stay_calm_at_a_terminal() -> None:
    record = logging.LogRecord("geoservice.db", logging.WARNING, "", 0, "slow %s", ("query",), None)
    setattr(record, logs.DETAILS, {"ms": 5})
    assert logs.TextLines().format(record).endswith("warning geoservice.db slow query ms=5")


def test_metrics_need_a_permission_and_count_by_template(client: TestClient, as_role: As) -> None:
    assert client.get("/metrics").status_code == 403
    assert as_role("leader").get("/metrics").status_code == 403
    admin = as_role("admin")
    for key in ("P-none-1", "P-none-2", "P-none-3"):
        client.get(f"/v1/parcels/{key}")
        client.get(f"/{key}")
    client.head("/v1/parks")
    answer = admin.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    series = {
        (s.labels["method"], s.labels["route"], s.labels["status"]): s.value
        for s in families["geoservice_requests"].samples
        if s.name.endswith("_total")
    }
    assert series["GET", "/v1/parcels/{key}", "404"] >= 3
    assert series["GET", "unmatched", "404"] >= 3
    assert series["HEAD", "/v1/parks", "200"] >= 1
    assert "P-none" not in answer.text
    values = {s.name: s.value for family in families.values() for s in family.samples}
    assert values["geoservice_database_statements_total"] > 0
    assert values["geoservice_requests_in_flight"] == 1
    assert "process_resident_memory_bytes" in values


def test_every_application_counts_for_itself(empty: Service) -> None:
    one, other = create_app(empty), create_app(empty)
    TestClient(one).get("/healthz")
    total = [app.state.metrics.requests.collect()[0].samples for app in (one, other)]
    assert len(total[0]) > 0
    assert total[1] == []


def test_a_slow_query_is_logged_without_values(database_url: str, log: StringIO) -> None:
    database = open_database(database_url, Limits(slow_query_s=0.02))
    slow = {
        "geopackage": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
        "SELECT max(i), '张三 320102' FROM n",
        "postgresql": "SELECT pg_sleep(0.1), '张三 320102'",
    }
    with limited() as tally, database.read() as connection:
        connection.exec_driver_sql(slow[connection.dialect.name]).all()
    database.close()
    line = lines(log, "geoservice.db")[-1]
    assert (line["level"], line["message"]) == ("warning", "slow query")
    assert line["ms"] > 20
    assert "张三" not in line["statement"]
    assert "SELECT" in line["statement"]
    assert database.watch.slow >= 1
    assert tally.statements >= 1


def test_a_query_over_time_is_cancelled_in_the_database(narrow: Service, log: StringIO) -> None:
    began = time.monotonic()
    answer = TestClient(with_slow_route(narrow), raise_server_exceptions=False).get("/slow")
    assert time.monotonic() - began < 5
    assert answer.status_code == 504
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["value"]) == ("time_limit", "0.3 s")
    assert problem["remedy"]
    assert narrow.database.watch.cancelled == 1
    assert [line["message"] for line in lines(log, "geoservice.db")] == ["query cancelled"]
    assert narrow.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    # The connection is as good as before, and the limit begins anew with each statement.
    assert TestClient(create_app(narrow)).get("/v1/parks").status_code == 200


def test_commands_and_jobs_have_no_time_limit(database_url: str) -> None:
    database = open_database(database_url, Limits(query_s=0.05))
    slow = {
        "geopackage": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) "
        "SELECT max(i) FROM n",
        "postgresql": "SELECT pg_sleep(0.15)",
    }[database.engine.dialect.name]
    try:
        for opening in (database.read, database.write):
            with opening() as connection:
                connection.exec_driver_sql(slow).all()
        with pytest.raises(TimeLimit), limited(), database.read() as connection:
            connection.exec_driver_sql(FOREVER[connection.dialect.name]).all()
    finally:
        database.close()


def test_an_exhausted_pool_is_a_503_with_retry_after(narrow: Service) -> None:
    client = TestClient(create_app(narrow), raise_server_exceptions=False)
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(narrow.database.read())
        with pytest.raises(Busy), narrow.database.read():
            pass
        answer = client.get("/v1/parks")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "busy"
    assert client.get("/v1/parks").status_code == 200


def test_more_readers_than_connections_are_all_answered(narrow: Service) -> None:
    client = TestClient(create_app(narrow), raise_server_exceptions=False)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(client.get("/v1/parks").status_code))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 503}
    assert 200 in statuses


def chunks(total: int) -> Iterator[bytes]:
    for _ in range(total // 10_000):
        yield b" " * 10_000


@pytest.mark.parametrize("told", [True, False], ids=["length told", "chunked"])
def test_a_body_over_the_limit_is_refused(narrow: Service, told: bool) -> None:
    client = TestClient(with_slow_route(narrow), raise_server_exceptions=False)

    def post(size: int, kind: str = "application/json") -> Any:
        body = b" " * size if told else chunks(size)
        return client.post("/length", content=body, headers={"Content-Type": kind})

    answer = post(1_010_000)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert answer.headers["x-request-id"]
    assert post(900_000).json() == 900_000
    form = "multipart/form-data; boundary=x"
    assert post(1_500_000, form).json() == 1_500_000, "a form with files has a limit of its own"
    assert post(2_010_000, form).status_code == 413


def test_a_lying_length_is_refused(narrow: Service) -> None:
    client = TestClient(with_slow_route(narrow), raise_server_exceptions=False)
    for told in ("-1", "many"):
        answer = client.post("/length", content=b"{}", headers={"Content-Length": told})
        assert answer.status_code == 413


def test_a_page_over_the_limit_is_refused_with_a_page_size_that_fits(
    city: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(city.service, settings=replace(city.service.settings, result_mb=1))
    client = TestClient(create_app(small), raise_server_exceptions=False)
    long = Page(b",".join([b'{"x":"' + b"y" * 1000 + b'"}'] * 2000), 2000, None)
    monkeypatch.setattr(features, "page", lambda *_, **__: long)
    answer = client.get("/v1/parks")
    assert answer.status_code == 400
    assert answer.json()["value"] == "2.0 MB"
    assert "limit=891" in answer.json()["remedy"]

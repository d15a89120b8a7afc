"""``/v1/jobs``: one's own jobs, everybody's for those who may, nothing for the rest."""

from __future__ import annotations

from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.handlers import HANDLERS
from geoservice.jobs import Worker
from geoservice.model.vocabulary import Role
from geoservice.registry import queue
from geoservice.web.app import create_app
from tests.fixtures.services import Filled
from tests.web.conftest import reader


def test_jobs_are_seen_by_their_owner_and_by_those_who_see_all(city: Filled) -> None:
    client = TestClient(create_app(city.service), raise_server_exceptions=False)
    land, admin = reader(client, city, Role.LAND), reader(client, city, Role.ADMIN)
    with city.service.database.write() as connection:
        mine = queue.submit(connection, "assess", {}, by="land-city", at=clock.now())
        theirs = queue.submit(connection, "assess", {}, by="somebody", at=clock.now())
    assert land.get(f"/v1/jobs/{mine}").json()["state"] == "queued"
    assert land.get(f"/v1/jobs/{theirs}").status_code == 404
    assert admin.get(f"/v1/jobs/{theirs}").status_code == 200
    assert [job["id"] for job in land.get("/v1/jobs").json()["jobs"]] == [mine]
    assert [job["id"] for job in admin.get("/v1/jobs").json()["jobs"]] == [theirs, mine]
    assert client.get("/v1/jobs").status_code == 403
    refused = client.post(f"/v1/jobs/{theirs}/cancel", headers=land.headers)
    assert refused.status_code == 404
    assert client.post(f"/v1/jobs/{theirs}/cancel", headers=admin.headers).json()["state"] == "cancelled"
    assert client.post(f"/v1/jobs/{theirs}/cancel", headers=admin.headers).status_code == 409
    Worker(city.service, HANDLERS).run_pending()
    done = land.get(f"/v1/jobs/{mine}").json()
    assert (done["state"], done["result"], done["error"]) == ("done", {"parcels": 30, "moved": 0}, None)

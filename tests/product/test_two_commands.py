"""The first command makes a city and serves it; the second finds it again; each obstacle is one clear line."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx
import pytest

from geoservice.db import open_database
from geoservice.db.migrate import upgrade
from tests.fixtures.demo import ROLES, Demo
from tests.fixtures.running import command

FILLED = {"parks": 7, "parcels": 300, "projects": 150, "availability": 300, "demolition": 20, "layers": 3}
STATUSES = {"available", "conditional", "unavailable"}


def test_the_first_start_loads_the_city_and_says_where_it_is(demo: Demo) -> None:
    first = demo.first
    assert re.search(r"^geoservice  http://127\.0\.0\.1:\d+/$", first.output, re.MULTILINE)
    assert re.search(r"sign in as admin: http://127\.0\.0\.1:\d+/sign-in\?code=gs_\S{30,}", first.output)
    assert "6227 parcels, 317 projects, 7 parks, 40 clearance tasks" in first.output
    assert first.ready["status"] == "ready"
    assert first.ready["city"] == "清澜市"


def test_the_second_start_takes_seconds_and_keeps_the_city(demo: Demo) -> None:
    assert demo.served.seconds < 15  # measured: 3 s alone, more beside a loading neighbour
    assert demo.served.seconds < demo.first.seconds
    assert "parcels" not in demo.served.output
    assert len(demo.features("parcels", "admin")) == 6227


def test_a_sign_in_link_shows_all_and_a_guessed_one_nothing(demo: Demo) -> None:
    link = command("user", "link", "admin", "--base", demo.base, "--database", demo.database).stdout.strip()
    with httpx.Client(follow_redirects=True) as client:
        assert client.get(link).url == f"{demo.base}/"
        assert client.get(f"{demo.base}/v1/me").json()["role"] == "admin"
        assert client.get(f"{demo.base}/v1/projects", params={"limit": 1000}).json()["numberReturned"] == 317
    assert httpx.get(f"{link}x").status_code == 401
    assert httpx.get(f"{demo.base}/v1/me").json()["role"] == "public"


@pytest.mark.parametrize(("collection", "least"), FILLED.items())
def test_the_public_sees_a_city_worth_looking_at(demo: Demo, collection: str, least: int) -> None:
    features = demo.features(collection)
    assert len(features) >= least
    assert len(features) <= len(demo.features(collection, "admin"))
    if collection != "layers":
        assert sum(one["geometry"] is not None for one in features) >= least


def test_every_verdict_is_there_today_and_next_summer(demo: Demo) -> None:
    for day in ({}, {"datetime": "2027-06-30"}):
        for role in ("public", "admin"):
            told = {one["properties"]["status"] for one in demo.features("availability", role, **day)}
            assert told == STATUSES


def test_every_stage_and_state_of_clearance_is_somewhere(demo: Demo) -> None:
    projects = {one["properties"]["stage_group"] for one in demo.features("projects", "leader")}
    assert len(projects) == 7
    tasks = {one["properties"]["state"] for one in demo.features("demolition", "leader")}
    assert tasks >= {"not_started", "agreed", "demolishing", "demolished", "delivered"}
    assert {one["properties"]["public_state"] for one in demo.features("demolition")} == {
        "in_progress",
        "clear",
    }


def test_an_expropriation_office_sees_its_district_alone(demo: Demo) -> None:
    tasks = demo.features("demolition", "expropriation")
    assert {one["properties"]["district_name"] for one in tasks} == {"清湖区"}
    assert len(tasks) < 40


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_open_every_map(demo: Demo, role: str) -> None:
    for name in ("projects", "availability", "demolition"):
        answer = demo.get(f"/maps/{name}", role)
        assert answer.status_code == 200
        assert len(answer.content) < 30_000


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("run", "--port", str(port), "--database", tmp_path / "city.gpkg")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip().count("\n") == 0
    assert f"127.0.0.1:{port}" in done.stderr
    assert "PORT=" in done.stderr
    assert not (tmp_path / "city.gpkg").exists()  # known before any work was done


def test_a_database_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "city.gpkg"
    database = open_database(str(file))
    upgrade(database)
    database.close()
    file.chmod(0o444)
    done = command("run", "--port", "0", "--database", file)
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert str(file) in done.stderr
    assert "permission" in done.stderr


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / "notes.gpkg"
    strange.write_text("not a database")
    done = command("run", "--port", "0", "--database", strange)
    assert done.returncode == 1
    assert "not a GeoPackage" in done.stderr
    assert strange.read_text() == "not a database"

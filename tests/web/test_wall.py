"""The wall: its figures are those of the API, its slides those of its reader, its session looks on only."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.web.permission import CSRF_COOKIE, SESSION_COOKIE
from tests.fixtures.services import Filled
from tests.web.conftest import As


def figures(document: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one for one in document["figures"]}


def test_figures_are_those_of_the_api(as_role: As) -> None:
    leader = as_role("leader")
    told = figures(leader.get("/v1/wall").json())
    projects = leader.features("/v1/projects", limit=10_000)
    groups = [one["properties"]["stage_group"] for one in projects]
    assert told["projects"]["value"] == len(projects) > 0
    assert {name: n for name, n in told["projects"]["parts"].items() if n} == {
        name: groups.count(name) for name in set(groups)
    }
    free = leader.get("/v1/land/clear").json()["total"]["available"]
    assert told["clear_land"]["value"] == free["usable_area_mu"]
    assert told["clear_land"]["parts"] == {"parcels": free["count"]}
    (city,) = leader.get("/v1/demolition", params={"by": "city"}).json()["features"]
    assert told["demolished"]["value"] == city["properties"]["demolished_rate"]
    assert told["households_left"]["value"] == city["properties"]["households_remaining"]
    waiting = {
        one["id"]: one["properties"]
        for name in ("signed-not-started", "approved-not-started")
        for one in leader.get(f"/v1/lists/{name}").json()["features"]
    }
    today = clock.today().isoformat()
    late = [one for one in waiting.values() if (one["start_planned_on"] or "9999") <= today]
    assert told["overdue_by_land"]["value"] == sum(bool(one["land_reasons"]) for one in late)
    assert told["overdue_by_land"]["parts"] == {"overdue": len(late)}


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("public", ["projects", "clear_land"]),
        ("promotion", ["projects", "clear_land"]),
        (
            "leader",
            ["projects", "overdue_by_land", "clear_land", "demolished", "households_left"],
        ),
    ],
)
def test_who_may_not_see_a_figure_is_not_told_of_it(as_role: As, role: str, names: list[str]) -> None:
    document = as_role(role).get("/v1/wall").json()
    assert [one["name"] for one in document["figures"]] == names
    shown = {one["map"] for one in document["slides"]}
    assert ("blockers" in shown) == (role == "leader")


def test_every_slide_leads_to_a_page_of_its_day(as_role: As) -> None:
    leader = as_role("leader")
    document = leader.get("/v1/wall").json()
    assert len(document["slides"]) >= 5
    for slide in document["slides"]:
        page = leader.get(slide["href"])
        assert page.status_code == 200
        assert f'"asOf":"{slide["datetime"]}"' in page.text
        assert slide["planned"] == (slide["datetime"] > clock.today().isoformat())
    assert any(slide["planned"] for slide in document["slides"])


def test_an_unchanged_wall_is_not_sent_again(as_role: As) -> None:
    leader = as_role("leader")
    tag = leader.get("/v1/wall").headers["etag"]
    assert leader.get("/v1/wall", headers={"If-None-Match": tag}).status_code == 304
    assert as_role("promotion").get("/v1/wall", headers={"If-None-Match": tag}).status_code == 200


def test_the_page_frames_pages_of_ours_alone(as_role: As) -> None:
    leader = as_role("leader")
    policy = leader.get("/wall").headers["content-security-policy"]
    assert "frame-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-src" not in leader.get("/").headers["content-security-policy"]


def test_a_viewing_link_signs_in_for_long_and_changes_nothing(own: TestClient, city: Filled) -> None:
    with city.service.database.write() as connection:
        accounts.create_account(
            connection, "wall", Role.LEADER, (Scope(ScopeKind.CITY),), clock.now(), "指挥部"
        )
        code = tokens.issue_viewing_link(connection, "wall", clock.now(), 90)
    answer = own.get("/sign-in", params={"code": code}, follow_redirects=False)
    assert answer.headers["location"] == "/wall"
    cookies = answer.headers.get_list("set-cookie")
    assert [one for one in cookies if one.startswith(SESSION_COOKIE) and f"Max-Age={90 * 86400}" in one]
    assert not [one for one in cookies if one.startswith(CSRF_COOKIE)]
    assert own.get("/v1/me").json()["role"] == "leader"
    assert own.get("/wall").status_code == 200
    for token in (None, "", "guessed"):
        headers = {} if token is None else {"X-CSRF-Token": token}
        refused = own.patch("/v1/records/blocker/X", json={"feedback": "…"}, headers=headers)
        assert refused.status_code == 403
    assert own.post("/v1/sign-out").status_code == 403

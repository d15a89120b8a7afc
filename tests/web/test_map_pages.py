"""Map pages: small, under a policy with nonces, for everybody who may see what they are about."""

from __future__ import annotations

import json
import re

import pytest

from tests.fixtures.services import Filled
from tests.web.conftest import As

MAPS = ("projects", "availability", "demolition", "parks", "blockers", "mismatch", "changes")
FOR_REPORTS = {"blockers", "mismatch"}


def config_of(html: str) -> dict:  # type: ignore[type-arg]
    found = re.search(
        r'<script type="application/json" id="geoservice-config">(.*?)</script>', html, re.DOTALL
    )
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("role", ["public", "leader"])
def test_a_page_is_small_and_runs_scripts_of_ours_alone(as_role: As, name: str, role: str) -> None:
    response = as_role(role).get(f"/maps/{name}")
    assert response.status_code == 200
    assert len(response.content) < 30_000
    policy = response.headers["content-security-policy"]
    (nonce,) = set(re.findall(r"'nonce-([^']+)'", policy))
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    scripts = re.findall(r"<script\b([^>]*)>", response.text)
    assert all('type="application/json"' in one or f'nonce="{nonce}"' in one for one in scripts)
    assert not re.search(r"""\son[a-z]+\s*=\s*["']""", response.text)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", response.text)


@pytest.mark.parametrize("role", ["public", "promotion", "leader"])
def test_the_switcher_leads_to_what_the_reader_sees(as_role: As, role: str) -> None:
    config = config_of(as_role(role).get("/").text)
    named = {one["name"] for one in config["maps"]}
    assert named == (set(MAPS) if role == "leader" else set(MAPS) - FOR_REPORTS)


def test_changes_are_asked_for_between_two_days(as_role: As) -> None:
    leader = as_role("leader")
    config = config_of(leader.get("/maps/changes?since=2026-01-01&datetime=2026-06-30").text)
    assert config["period"] == ["2026-01-01", "2026-06-30"]
    (address,) = [one["places"][0]["url"] for one in config["layers"] if one["source"] == "changes"]
    assert leader.get(address).status_code == 200
    assert leader.get("/maps/changes?since=yesterday").status_code == 400


def test_every_address_of_every_map_is_answered(as_role: As) -> None:
    leader = as_role("leader")
    for name in MAPS:
        config = config_of(leader.get(f"/maps/{name}").text)
        places = [place for layer in config["layers"] for place in layer["places"]]
        rolls = [layer["roll"] for layer in config["layers"] if layer.get("roll")]
        for place in (*places, *rolls):
            assert leader.get(place["url"]).status_code == 200, place


@pytest.mark.parametrize(
    ("noun", "title"), [("parcels", "片0号地"), ("projects", "晶圆厂一期"), ("parks", "高新区")]
)
def test_things_have_pages_of_their_own(as_role: As, standing: Filled, noun: str, title: str) -> None:
    built = standing.built
    key = {
        "parcels": built.parcels["DKB-0000"],
        "projects": built.projects["XM-A"],
        "parks": built.parks["GX"],
    }[noun]
    response = as_role("public").get(f"/{noun}/{key}")
    assert response.status_code == 200
    assert title in re.search(r"<title>(.*?)</title>", response.text)[1]  # type: ignore[index]
    item = config_of(response.text)["item"]
    assert item["key"] == key
    assert as_role("public").get(item["href"].partition("#")[0]).status_code == 200


def test_a_page_hides_what_the_list_hides(as_role: As, standing: Filled) -> None:
    secret = standing.built.projects["XM-D"]
    assert as_role("public").get(f"/projects/{secret}").status_code == 404
    assert as_role("leader").get(f"/projects/{secret}").status_code == 200
    assert as_role("public").get("/parcels/DK99999999").status_code == 404

"""Base maps are handed on to those who may see them, by the service alone, and only where they are set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from geoservice.model.vocabulary import Role
from geoservice.service import Service
from geoservice.web.app import create_app
from tests.basemaps.files import png, write_mbtiles
from tests.basemaps.test_tianditu import KEY, Upstream
from tests.fixtures.services import Filled
from tests.web.conftest import As, Reader, reader


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    found = Upstream()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def covered(standing: Filled, upstream: Upstream, tmp_path: Path) -> TestClient:
    """Return a client of the shared city with a file of tiles and a key of 天地图."""
    file = write_mbtiles(
        tmp_path / "a.mbtiles", {(10, 852, 411): png(9)}, name="正射影像", attribution="市测绘院"
    )
    settings = replace(
        standing.service.settings,
        basemap_file=file,
        tianditu_key=KEY,
        tianditu_url=upstream.url,
        basemap_cache_dir=tmp_path / "tiles",
    )
    kept: dict[str, Any] = {
        name: getattr(standing.service, name)
        for name in ("database", "policy", "rules", "procedures", "calendar")
    }
    return TestClient(create_app(Service(settings, **kept)), raise_server_exceptions=False)


def offered(who: Reader) -> list[dict[str, Any]]:
    html = who.get("/").text
    assert KEY not in html
    found = re.search(r'id="geoservice-config">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])["backgrounds"]  # type: ignore[no-any-return]


def test_a_leader_is_offered_both_and_the_public_the_file(covered: TestClient, standing: Filled) -> None:
    leader, public = (reader(covered, standing, role) for role in (Role.LEADER, Role.PUBLIC))
    assert [one["name"] for one in offered(leader)] == ["local", "vec", "img", "ter"]
    (own,) = offered(public)
    assert (own["title"]["zh"], own["source"]["zh"], own["zooms"]) == ("正射影像", "市测绘院", [10, 10])


def test_tiles_are_handed_on_to_whoever_may_see_them(
    covered: TestClient, standing: Filled, upstream: Upstream
) -> None:
    leader, public = (reader(covered, standing, role) for role in (Role.LEADER, Role.PUBLIC))
    tile = public.get("/basemaps/local/10/852/411")
    assert (tile.status_code, tile.content, tile.headers["content-type"]) == (200, png(9), "image/png")
    assert public.get("/basemaps/local/10/852/412").status_code == 204
    assert public.get("/basemaps/tianditu/vec/10/852/411").status_code == 403
    assert upstream.asked == []
    found = leader.get("/basemaps/tianditu/vec/10/852/411")
    assert (found.status_code, found.content) == (200, png(1))
    assert "private" in found.headers["cache-control"]
    assert leader.get("/basemaps/tianditu/sat/10/852/411").status_code == 404
    upstream.status = 403
    refused = leader.get("/basemaps/tianditu/vec/11/1,1".replace(",", "/"))
    assert refused.status_code == 503
    assert KEY not in refused.text
    assert len(upstream.asked) == 2


def test_without_settings_nothing_is_offered_or_answered(as_role: As) -> None:
    leader = as_role("leader")
    assert offered(leader) == []
    assert leader.get("/basemaps/local/10/852/411").status_code == 404
    assert leader.get("/basemaps/tianditu/vec/10/852/411").status_code == 404

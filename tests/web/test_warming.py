"""What maps show first is ready before anybody asks, after a change too, and says what an answer made anew says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.db.shelf import Shelf
from geoservice.geo.mvt_grid import Tile
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.put import put
from geoservice.web import kept as keeping
from geoservice.web.app import create_app
from geoservice.web.kept import Kept
from geoservice.web.warming import Warmer
from tests.fixtures.services import Filled

FIELDS = "name,status,reasons"


def made_anew(*_: object, **__: object) -> bytes:
    raise AssertionError("the answer is made while somebody waits")


def headers_of(city: Filled, role: Role) -> dict[str, str]:
    with city.service.database.write() as connection:
        accounts.create_account(connection, "who", role, (Scope(ScopeKind.CITY),), clock.now())
        token = tokens.issue(connection, tokens.TokenKind.API, "who", clock.now())
    return {"Authorization": f"Bearer {token}"}


def test_what_was_looked_at_is_ready_after_a_change(
    city: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(city.service)
    app.state.kept = kept = Kept(Shelf(tmp_path / "answers"))
    client = TestClient(app)
    headers = headers_of(city, Role.LAND)
    address = "/ogc/collections/availability/tiles/WebMercatorQuad/13/{}/{}?detail=all"
    tiles = list(Warmer(city.service, kept)._tiles(13))
    assert tiles
    told = [client.get(address.format(one.y, one.x), headers=headers) for one in tiles]
    roll = client.get(f"/v1/rolls/availability?fields={FIELDS}", headers=headers)
    assert roll.status_code == 200
    with city.service.work().begin("test", "a change") as unit:
        parcel = roll.json()["columns"]["key"]["values"][0]
        put(unit, "parcel", pd.DataFrame({"key": [parcel], "mortgaged": [True]}), valid_from=clock.today())
    Warmer(city.service, kept).make_ready()
    monkeypatch.setattr(keeping, "read_tile", made_anew)
    monkeypatch.setattr(keeping, "read_roll", made_anew)
    again = [client.get(address.format(one.y, one.x), headers=headers) for one in tiles]
    assert [one.status_code for one in again] == [one.status_code for one in told]
    assert [one.headers["etag"] for one in again] != [one.headers["etag"] for one in told]
    moved = client.get(f"/v1/rolls/availability?fields={FIELDS}", headers=headers)
    assert moved.headers["etag"] != roll.headers["etag"]
    assert moved.json()["count"] == roll.json()["count"]


def test_one_reader_is_never_shown_what_was_made_for_another(city: Filled, tmp_path: Path) -> None:
    app = create_app(city.service)
    app.state.kept = Kept(Shelf(tmp_path / "answers"))
    client = TestClient(app)
    headers = headers_of(city, Role.LAND)
    address = f"/v1/rolls/availability?fields={FIELDS}"
    land, public = client.get(address, headers=headers).json(), client.get(address).json()
    Warmer(city.service, app.state.kept).make_ready()
    assert public["count"] < land["count"]
    assert client.get(address).json() == public
    assert client.get(address, headers=headers).json() == land


def test_who_cannot_unpack_gets_the_same_unpacked(city: Filled) -> None:
    client = TestClient(create_app(city.service))
    address = f"/v1/rolls/availability?fields={FIELDS}"
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.json() == packed.json()
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["vary"]


def test_wishes_that_mean_nothing_any_more_are_passed_over(city: Filled, tmp_path: Path) -> None:
    kept = Kept(Shelf(tmp_path / "answers"))
    for wish in (
        {"what": "tiles", "collection": "gone", "role": "land", "scopes": [], "zoom": 13, "all": True},
        {
            "what": "tiles",
            "collection": "availability",
            "role": "nobody",
            "scopes": [],
            "zoom": 13,
            "all": True,
        },
        {"what": "roll", "collection": "availability", "role": "land", "scopes": [], "fields": ["gone"]},
        {"what": "roll"},
    ):
        kept.shelf.wish(wish)
    assert Warmer(city.service, kept).make_ready() >= 4


def test_tiles_have_names_of_their_own() -> None:
    names = {
        keeping.tile_name(version, Tile(13, x, 5), all_features=everything)
        for version in ("a", "b")
        for x in (1, 2)
        for everything in (True, False)
    }
    assert len(names) == 8

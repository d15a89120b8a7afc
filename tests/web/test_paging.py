"""Pages of one walk show one state: what changes meanwhile is seen by the next walk, not by the next page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from geoservice.model.vocabulary import Role
from geoservice.registry.put import put
from tests.fixtures.city import ago
from tests.fixtures.services import Filled
from tests.web.conftest import Reader, reader

DOORS = ("/v1/parcels", "/ogc/collections/parcels/items")


def _page(somebody: Reader, path: str, cursor: str | None) -> tuple[dict[str, str], str | None]:
    """Return key → name of a page of two, and the cursor of the next."""
    params = {"limit": "2", "f": "json"} if path.startswith("/ogc") else {"limit": "2"}
    document = somebody.get(path, params=params | ({"cursor": cursor} if cursor else {})).json()
    following = next((link["href"] for link in document["links"] if link["rel"] == "next"), None)
    after = parse_qs(urlsplit(following).query)["cursor"][0] if following else None
    return {one["id"]: one["properties"]["name"] for one in document["features"]}, after


@pytest.mark.parametrize("path", DOORS)
def test_a_walk_begun_before_a_change_does_not_see_it(own: TestClient, city: Filled, path: str) -> None:
    land = reader(own, city, Role.LAND)
    walk: list[tuple[dict[str, str], str | None]] = [_page(land, path, None)]
    assert walk[0][1] is not None
    second_before, third = _page(land, path, walk[0][1])
    key, name = next(iter(second_before.items()))

    with city.service.work().begin("tester", "rename") as unit:
        number = next(number for number, held in city.built.parcels.items() if held == key)
        renamed = pd.DataFrame([{"key": key, "parcel_number": number, "name": f"{name}（更名）"}])
        put(unit, "parcel", renamed, valid_from=ago(3))

    # Twice: the statement of the page is composed once, and must not be that of another instant the second time.
    for _ in range(2):
        assert _page(land, path, walk[0][1]) == (second_before, third)
    first, after = _page(land, path, None)
    assert first == walk[0][0]
    assert after is not None
    assert _page(land, path, after)[0] == second_before | {key: f"{name}（更名）"}

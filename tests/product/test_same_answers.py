"""The same city, the same question: both engines give the same answer, to every role, on every day."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from tests.fixtures.demo import Demo

pytestmark = [pytest.mark.postgis, pytest.mark.slow]

ROLES = ("public", "promotion", "leader", "expropriation", "land", "admin")
DAYS = ("2025-03-31", date.today().isoformat(), "2027-06-30")
COLLECTIONS = ("parks", "zones", "projects", "demolition", "layers")
LARGE = ("parcels", "availability")
BBOX = "119.55,33.16,119.62,33.22"
# The instant a row was recorded is that of its own load, and the next address carries a pinned instant.
OWN = ("recorded_at",)

FILTERS: list[tuple[str, dict[str, Any]]] = [
    ("parks", {"level": "provincial"}),
    ("parks", {"q": "qlg", "area_min_m2": 1000}),
    ("zones", {"kind": "subdistrict", "bbox": BBOX}),
    ("parcels", {"q": "wxj", "limit": 7}),
    ("parcels", {"bbox": BBOX, "area_min_m2": 20000, "limit": 100}),
    ("parcels", {"park": "QL", "q": "物流"}),
    ("parcels", {"state": "clear,supplying,reserved", "area_max_m2": 30000}),
    ("projects", {"stage": "started,completed", "level": "city"}),
    ("projects", {"q": "XCL", "category": "industry"}),
    ("projects", {"mapped": "false"}),
    ("projects", {"stage_group": "signed", "bbox": BBOX}),
    ("availability", {"status": "available", "bbox": BBOX}),
    ("availability", {"status": "conditional,unavailable", "area_min_m2": 50000, "limit": 50}),
    ("availability", {"q": "DP02-0"}),
    ("demolition", {"land_kind": "state", "q": "街"}),
    ("demolition", {"public_state": "clear", "bbox": BBOX}),
    ("layers", {"kind": "base"}),
]


def plain(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return features without what belongs to the one load."""
    for one in features:
        for name in OWN:
            one["properties"].pop(name, None)
    return features


def differ(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[Any]:
    """Return the first differences, small enough to read."""
    if len(first) != len(second):
        return [len(first), len(second)]
    return [(one, other) for one, other in zip(first, second, strict=True) if one != other][:2]


@pytest.mark.parametrize("role", ROLES)
def test_small_collections_on_every_day(demo: Demo, demo_on_postgis: Demo, role: str) -> None:
    for collection, day in product(COLLECTIONS, DAYS):
        answers = [
            plain(one.features(collection, role, datetime=day, limit=150)) for one in (demo, demo_on_postgis)
        ]
        assert differ(*answers) == [], (collection, day)


@pytest.mark.parametrize(
    ("role", "day"), [*product(ROLES, DAYS[1:2]), ("public", DAYS[2]), ("admin", DAYS[0])]
)
def test_every_parcel_and_every_verdict(demo: Demo, demo_on_postgis: Demo, role: str, day: str) -> None:
    for collection in LARGE:
        answers = [
            plain(one.features(collection, role, datetime=day, limit=4000)) for one in (demo, demo_on_postgis)
        ]
        assert answers[0] or role == "expropriation"
        assert differ(*answers) == [], collection


@pytest.mark.parametrize("role", ["public", "expropriation", "admin"])
def test_filters(demo: Demo, demo_on_postgis: Demo, role: str) -> None:
    told = 0
    for collection, parameters in FILTERS:
        answers = [one.get(f"/v1/{collection}", role, **parameters) for one in (demo, demo_on_postgis)]
        assert answers[0].status_code == answers[1].status_code, (collection, parameters)
        if answers[0].status_code != 200:
            assert answers[0].json() == answers[1].json()
            continue
        features = [plain(one.features(collection, role, **parameters)) for one in (demo, demo_on_postgis)]
        assert differ(*features) == [], (collection, parameters)
        told += bool(features[0])
    assert told > len(FILTERS) // 2  # the filters find something to compare


@pytest.mark.parametrize("role", ROLES)
def test_items_and_details(demo: Demo, demo_on_postgis: Demo, role: str) -> None:
    for collection, details in (
        ("parks", ()),
        ("zones", ()),
        ("projects", ("stages",)),
        ("parcels", ("verdict",)),
        ("availability", ()),
        ("demolition", ()),
    ):
        keys = [one["id"] for one in demo.features(collection, role)]
        for key, day in product(keys[:: max(1, len(keys) // 4)], DAYS[1:]):
            for path in (f"/v1/{collection}/{key}", *(f"/v1/{collection}/{key}/{one}" for one in details)):
                answers = [one.get(path, role, datetime=day) for one in (demo, demo_on_postgis)]
                documents = [_comparable(one.json()) for one in answers]
                assert answers[0].status_code == answers[1].status_code
                assert documents[0] == documents[1], path


def test_layers_of_features(demo: Demo, demo_on_postgis: Demo) -> None:
    codes = [one["properties"]["code"] for one in demo.features("layers", "admin")]
    assert len(codes) > 5
    for code in codes:
        path = f"layers/{code}/features"
        answers = [plain(one.features(path, "admin", bbox=BBOX)) for one in (demo, demo_on_postgis)]
        assert differ(*answers) == [], code


def test_what_is_refused_is_refused_alike(demo: Demo, demo_on_postgis: Demo) -> None:
    for path in (
        "/v1/parcels?bbox=1",
        "/v1/projects?stage=x",
        "/v1/parks/YQ99999999",
        "/v1/projects?nothing=1",
    ):
        answers = [one.get(path) for one in (demo, demo_on_postgis)]
        assert answers[0].status_code == answers[1].status_code >= 400
        assert answers[0].json() == answers[1].json()


def _comparable(document: dict[str, Any]) -> dict[str, Any]:
    properties = document.get("properties", document)
    for name in OWN:
        properties.pop(name, None)
    return document

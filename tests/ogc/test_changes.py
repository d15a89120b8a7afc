"""OGC API – Features, Part 4: what a client creates, replaces, updates and ends, and what it may not."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from pyproj import Transformer

from geoservice.model.vocabulary import Role
from tests.fixtures.city import EXTENT, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import Reader, reader

PARCELS = "/ogc/collections/parcels/items"
GEOJSON = {"Content-Type": "application/geo+json"}
PATCH = {"Content-Type": "application/merge-patch+json"}


class Editor:
    """A client of a role that sends features."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def send(self, method: str, path: str, document: Any = None, **headers: str) -> Any:
        """Send a document."""
        given = {**self.reader.headers, **(PATCH if method == "PATCH" else GEOJSON), **headers}
        body = None if document is None else orjson.dumps(document)
        return self.reader.client.request(method, path, content=body, headers=given)

    def item(self, key: str, path: str = PARCELS) -> dict[str, Any]:
        """Return a feature."""
        found: dict[str, Any] = self.reader.get(f"{path}/{key}").json()
        return found


@pytest.fixture
def editor(own: Any, city: Filled) -> Any:
    """Return a way to become an editor in a city of the test's own."""
    return lambda role: Editor(reader(own, city, Role(role)))


@pytest.fixture
def key(city: Filled) -> str:
    return city.built.parcels[number_of(2, 1)]


def square(west: float, south: float, side: float = 0.0005) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_field_is_updated_and_its_past_kept(editor: Any, key: str, city: Filled) -> None:
    land = editor("land")
    before = land.item(key)
    etag = land.reader.get(f"{PARCELS}/{key}").headers["etag"]
    answer = land.send("PATCH", f"{PARCELS}/{key}", {"properties": {"far_min": 1.5}})
    assert answer.status_code == 200, answer.text
    after = land.item(key)
    assert after["properties"]["far_min"] == answer.json()["properties"]["far_min"] == 1.5
    assert after["properties"]["version"] == before["properties"]["version"] + 1
    assert after["geometry"] == before["geometry"]
    assert land.reader.get(f"{PARCELS}/{key}").headers["etag"] != etag
    history = land.reader.get(f"/v1/parcels/{key}/history").json()
    assert "far_min" in str(history)


def test_if_match_is_honoured_and_may_be_absent(editor: Any, key: str, city: Filled) -> None:
    land = editor("land")
    path = f"{PARCELS}/{key}"
    etag = land.reader.get(path).headers["etag"]
    elsewhere = city.built.parcels[number_of(3, 1)]
    assert land.send("PATCH", f"{PARCELS}/{elsewhere}", {"properties": {"far_min": 2.0}}).status_code == 200
    # Another parcel's change is none of this one's state.
    assert land.send("PATCH", path, {"properties": {"far_min": 1.3}}, **{"If-Match": etag}).status_code == 200
    stale = land.send("PATCH", path, {"properties": {"far_min": 1.4}}, **{"If-Match": etag})
    assert stale.status_code == 412
    assert land.item(key)["properties"]["far_min"] == 1.3
    assert land.send("DELETE", path, **{"If-Match": etag}).status_code == 412
    assert land.send("PATCH", path, {"properties": {"far_min": 1.4}}, **{"If-Match": "*"}).status_code == 200
    assert land.send("PATCH", path, {"properties": {"far_min": 1.6}}).status_code == 200


def test_a_whole_feature_sent_back_changes_nothing(editor: Any, key: str) -> None:
    admin = editor("admin")
    for path, one in ((PARCELS, key), *_one_of_each(admin)):
        held = admin.item(one, path)
        assert admin.send("PUT", f"{path}/{one}", held).status_code == 200, path
        assert admin.item(one, path)["properties"] == held["properties"]


def _one_of_each(admin: Editor) -> list[tuple[str, str]]:
    paths = [
        f"/ogc/collections/{name}/items"
        for name in ("parks", "zones", "projects", "demolition", "layer-JBNT")
    ]
    return [(path, admin.reader.get(path).json()["features"][0]["id"]) for path in paths]


def test_replacing_empties_what_is_not_said(editor: Any, key: str) -> None:
    land = editor("land")
    assert land.send("PATCH", f"{PARCELS}/{key}", {"properties": {"address": "东一路"}}).status_code == 200
    held = land.item(key)
    del held["properties"]["address"]
    assert land.send("PUT", f"{PARCELS}/{key}", held).status_code == 200
    assert land.item(key)["properties"]["address"] is None


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_what_needs_a_reason_is_read_only(editor: Any, key: str, method: str) -> None:
    admin = editor("admin")
    document = admin.item(key)
    document["properties"]["promotable"] = not document["properties"]["promotable"]
    refused = admin.send(method, f"{PARCELS}/{key}", document)
    assert refused.status_code == 403
    assert "promotable" in refused.json()["value"]
    schema = admin.reader.get("/ogc/collections/parcels/schema").json()["properties"]
    assert schema["promotable"]["readOnly"]
    assert schema["version"]["readOnly"]
    assert "readOnly" not in schema["far_min"]
    # A plan that moves back needs one too, by rule.
    plan = {"properties": {"cleared_plan_on": "2026-01-01"}}
    assert admin.send("PATCH", f"{PARCELS}/{key}", plan).status_code == 200
    later = {"properties": {"cleared_plan_on": "2027-01-01"}}
    assert admin.send("PATCH", f"{PARCELS}/{key}", later).status_code == 400


def test_a_feature_is_created_reshaped_and_ended(editor: Any) -> None:
    admin = editor("admin")
    west, south = EXTENT[2] + 0.01, EXTENT[3] + 0.01
    feature = {
        "type": "Feature",
        "geometry": square(west, south),
        "properties": {"parcel_number": "DKB-9999", "name": "新增地块", "far_min": None, "promotable": False},
    }
    made = admin.send("POST", PARCELS, feature)
    assert made.status_code == 201, made.text
    path = made.headers["location"]
    key = path.rpartition("/")[2]
    held = admin.item(key)
    assert held["properties"]["name"] == "新增地块"
    assert held["geometry"]["type"] == "MultiPolygon"
    assert held["properties"]["area_m2"] == pytest.approx(2580, rel=0.05)
    assert admin.send("POST", PARCELS, feature).status_code == 409
    # Reshaped in the city's own zone, northing first.
    turn = Transformer.from_crs("OGC:CRS84", "EPSG:4528")
    ring = [list(turn.transform(*corner)) for corner in square(west, south, 0.001)["coordinates"][0]]
    document = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    named = {"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/4528>"}
    assert admin.send("PATCH", path, document, **named).status_code == 200
    assert admin.item(key)["properties"]["area_m2"] == pytest.approx(4 * 2580, rel=0.05)
    assert admin.send("DELETE", path).status_code == 204
    assert admin.reader.get(path).status_code == 404
    past = admin.reader.get(f"/v1/parcels/{key}/history")
    assert past.status_code == 200
    assert "新增地块" in past.text


def test_a_feature_of_a_layer_is_created_in_that_layer(editor: Any) -> None:
    admin = editor("admin")
    path = "/ogc/collections/layer-JBNT/items"
    feature = {"type": "Feature", "geometry": square(119.6, 33.3), "properties": {"name": "补划片"}}
    made = admin.send("POST", path, feature)
    assert made.status_code == 201, made.text
    held = admin.reader.get(made.headers["location"]).json()
    assert held["properties"]["layer"] == "JBNT"


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ({"properties": {"nothing": 1}}, 400),
        ({"properties": {"far_min": "high"}}, 400),
        ({"properties": {"state": "asleep"}}, 400),
        ({"properties": {"version": 9}}, 403),
        ({"properties": {"district_name": "别处"}}, 403),
        ({"geometry": {"type": "Point", "coordinates": [119.5, 33.2]}}, 400),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}}, 400),
        ({"geometry": {"type": "Polygon", "coordinates": "nowhere"}}, 400),
        ({"geometry": square(500, 33)}, 400),
        ({"type": "FeatureCollection", "features": []}, 400),
        ([], 400),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    editor: Any, key: str, document: Any, status: int
) -> None:
    admin = editor("admin")
    before = admin.item(key)
    refused = admin.send("PATCH", f"{PARCELS}/{key}", document)
    assert refused.status_code == status, refused.text
    assert admin.item(key)["properties"] == before["properties"]


def test_media_types_and_keys(editor: Any, key: str) -> None:
    admin = editor("admin")
    assert admin.send("PATCH", f"{PARCELS}/{key}", {}, **{"Content-Type": "text/csv"}).status_code == 415
    assert admin.send("PATCH", f"{PARCELS}/NIX", {"properties": {"name": "x"}}).status_code == 404
    assert admin.send("DELETE", f"{PARCELS}/NIX").status_code == 404
    assert admin.send("PUT", f"{PARCELS}/{key}?f=json", admin.item(key)).status_code == 400
    computed = f"/ogc/collections/availability/items/{key}"
    assert admin.send("PATCH", computed, {"properties": {"status": "available"}}).status_code == 403


def test_each_role_may_what_the_policy_says(editor: Any, city: Filled, key: str) -> None:
    policy = city.service.policy
    for role in Role:
        hand = editor(role.value)
        for path, noun, name in (
            (f"{PARCELS}/{key}", "parcel", "note"),
            (f"/ogc/collections/projects/items/{city.built.projects['XM-A']}", "project", "summary"),
        ):
            from geoservice.access.principals import Principal

            somebody = Principal("x", role)
            writes = policy.allows(somebody, "records:write")
            may = writes and policy.may_write(somebody, noun, name)
            ends = writes and policy.may(somebody, noun, "end")
            seen = hand.reader.get(path).status_code == 200
            allow = hand.send("OPTIONS", path).headers["allow"]
            assert ("DELETE" in allow) is ends
            answer = hand.send("PATCH", path, {"properties": {name: f"由{role.zh}修改"}})
            expected = (200 if may else 403) if seen else None
            assert answer.status_code == expected or (expected is None and answer.status_code in (403, 404))
            if not ends:
                assert hand.send("DELETE", path).status_code in (403, 404)
            shape = hand.send("PATCH", path, {"geometry": square(119.6, 33.3)}).status_code
            assert (shape == 200) is (seen and writes and policy.may_write(somebody, noun, "geometry"))


def test_a_filter_may_be_sent_as_the_body(own: Any) -> None:
    tree = {"op": ">", "args": [{"property": "area_m2"}, 26000]}
    expected = own.get(PARCELS, params={"filter": "area_m2>26000"}).json()["features"]
    assert expected
    answer = own.post(PARCELS, json=tree, params={"limit": 1})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["numberMatched"] == len(expected)
    found = list(document["features"])
    while following := {link["rel"]: link["href"] for link in document["links"]}.get("next"):
        document = own.get(following).json()
        found += document["features"]
    assert found == expected
    hidden = {"op": "=", "args": [{"property": "mortgaged"}, True]}
    assert own.post(PARCELS, json=hidden).status_code == 403
    assert own.post(PARCELS, json={"op": "and"}).status_code == 400

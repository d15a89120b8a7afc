"""Role × collection × route × format: nothing shows, counts, sorts or filters beyond the policy, by any road."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from geoservice.access.policy import DEFAULT_POLICY, read_policy
from geoservice.access.principals import Principal, Scope
from geoservice.errors import Forbidden
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.cql.scope import kind_of
from geoservice.registry.moment import Moment
from geoservice.web.app import create_app
from geoservice.web.ogc.opened import FIXED
from tests.fixtures.services import Filled
from tests.web.conftest import As, Reader

POLICY = read_policy()
ROLES = [role.value for role in Role]
LAYERS = ("layer-BASE_WATER", "layer-JBNT", "layer-QTGZ")


def view_of(role: str, name: str) -> Any:
    """Return what the policy shows a role of a collection, ``None`` for nothing."""
    try:
        return POLICY.view(Principal("x", Role(role)), "layer_features" if name in LAYERS else name)
    except Forbidden:
        return None


def fields_of(name: str, view: Any) -> dict[str, Any]:
    collection = COLLECTIONS["layer_features" if name in LAYERS else name]
    return dict(collection.relation(Moment.today(), view).fields)


def items(name: str) -> str:
    return f"/ogc/collections/{name}/items"


def ids(reader: Reader, name: str, **params: Any) -> set[str]:
    response = reader.get(items(name), params={"properties": "key", "skipGeometry": "true", **params})
    assert response.status_code == 200, response.text
    return {feature["id"] for feature in response.json()["features"]}


@pytest.mark.parametrize("role", ROLES)
def test_the_same_rows_and_fields_by_every_road(as_role: As, role: str) -> None:
    reader, admin = as_role(role), as_role("admin")
    listed = {each["id"] for each in reader.get("/ogc/collections").json()["collections"]}
    assert {name for name in FIXED if view_of(role, name)} == {name for name in FIXED if name in listed}
    assert "layer-QTGZ" not in listed
    for name in listed:
        view = view_of(role, name)
        shown = {str(field) for field in fields_of(name, view) if view.shows(field)}
        document = reader.get(items(name)).json()
        seen = {feature["id"] for feature in document["features"]}
        assert {frozenset(feature["properties"]) for feature in document["features"]} == {frozenset(shown)}
        assert document["numberMatched"] == len(seen)
        assert reader.get(items(name), params={"resulttype": "hits"}).json()["numberMatched"] == len(seen)
        assert ids(reader, name, sortby="-key", limit=10_000) == seen
        if name in COLLECTIONS and name != "layer_features":
            assert {feature["id"] for feature in reader.features(f"/v1/{name}")} == seen
        schema = reader.get(f"/ogc/collections/{name}/schema").json()["properties"]
        assert set(schema) - {"geometry"} == shown
        for road in ("queryables", "sortables"):
            asked = reader.get(f"/ogc/collections/{name}/{road}").json()["properties"]
            assert set(asked) - {"geometry"} <= shown
        html = reader.get(items(name), params={"f": "html", "limit": 10_000}).text
        beyond = ids(admin, name) - seen
        for key in sorted(beyond)[:3]:
            for form in ("json", "html"):
                assert reader.get(f"{items(name)}/{key}", params={"f": form}).status_code == 404
            assert ids(reader, name, filter=f"key='{key}'") == set()
            assert key not in html
        for key in sorted(seen)[:3]:
            one = reader.get(f"{items(name)}/{key}").json()["properties"]
            assert set(one) == shown


@pytest.mark.parametrize("role", ROLES)
def test_a_hidden_field_answers_no_question(as_role: As, role: str) -> None:
    reader = as_role(role)
    for name in FIXED:
        view = view_of(role, name)
        if view is None:
            assert reader.get(items(name)).status_code == 403
            continue
        for field, column in fields_of(name, view).items():
            if view.shows(field):
                continue
            node = {"op": "isNull", "args": [{"property": field}]}
            asked = [
                reader.get(items(name), params={"filter": f"{field} IS NULL", "resulttype": "hits"}),
                reader.get(items(name), params={"filter": f"1=1 OR NOT ({field} IS NULL)"}),
                reader.client.post(items(name), json=node, headers=reader.headers),
                reader.get(items(name), params={field: "1", "f": "html"}),
                reader.get(items(name), params={"properties": field}),
            ]
            if kind_of(column) != "document":
                asked.append(reader.get(items(name), params={"sortby": f"-{field}"}))
            statuses = {response.status_code for response in asked}
            # A value that cannot be what the field holds is refused before anything is looked at.
            assert statuses <= {403, 400} and 403 in statuses, (name, field)
            assert all("features" not in response.json() for response in asked)


def test_layers_a_reader_does_not_see_are_not_there(as_role: As) -> None:
    for role in ROLES:
        reader = as_role(role)
        for road in ("", "/items", "/schema", "/queryables", "/items/YS00000001"):
            assert reader.get(f"/ogc/collections/layer-QTGZ{road}").status_code == 404
        status = 404 if role == "public" else 200
        assert reader.get("/ogc/collections/layer-JBNT/items").status_code == status


@pytest.mark.parametrize("name", ["parcels", "projects", "availability", "demolition"])
def test_scope_narrows_filters_and_counts(as_role: As, standing: Filled, name: str) -> None:
    district = standing.built.zones["东城区"]
    inside = as_role("expropriation", Scope(ScopeKind.DISTRICT, district))
    whole = {f["id"] for f in as_role("admin").features(f"/v1/{name}", district=district)}
    everything = {"filter": "key IS NOT NULL OR TRUE=TRUE", "resulttype": "hits"}
    assert ids(inside, name) == whole
    assert inside.get(items(name), params=everything).json()["numberMatched"] == len(whole)
    # Counts are kept by reader: whoever asks next gets their own.
    assert as_role("admin").get(items(name), params=everything).json()["numberMatched"] > len(whole)
    assert inside.get(items(name), params=everything).json()["numberMatched"] == len(whole)


def test_suppressed_counts_cannot_be_found_out_by_filters(as_role: As) -> None:
    reader = as_role("promotion")
    shown = {f["id"]: f["properties"]["households_signed"] for f in reader.features("/v1/demolition")}
    for bound in range(60):
        found = ids(reader, "demolition", filter=f"households_signed>={bound}")
        assert found == {key for key, held in shown.items() if held is not None and held >= bound}


def test_where_shapes_are_hidden_no_question_finds_them(city: Filled, tmp_path: Any) -> None:
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    start = text.index("[public.parks]")
    file = tmp_path / "policy.toml"
    file.write_text(text[:start] + text[start:].replace('geometry = "full"', 'geometry = "none"', 1))
    client = TestClient(create_app(replace(city.service, policy=read_policy(file))))
    path = items("parks")
    assert {str(f["geometry"]) for f in client.get(path).json()["features"]} == {"None"}
    crs = {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}
    assert {str(f["geometry"]) for f in client.get(path, params=crs).json()["features"]} == {"None"}
    box = {"bbox": "119,33,120,34"}
    assert client.get(path, params=box).status_code == 403
    assert client.get(path, params={**box, "bbox-crs": crs["crs"].replace("4326", "3857")}).status_code == 403
    for filter_ in ("S_INTERSECTS(geometry,BBOX(119,33,120,34))", "NOT S_DISJOINT(BBOX(0,0,1,1),geom)"):
        assert client.get(path, params={"filter": filter_}).status_code == 403
    assert client.get(path, params={"filter": "geometry IS NULL"}).status_code == 403
    for road in ("schema", "queryables"):
        assert "geometry" not in client.get(f"/ogc/collections/parks/{road}").json()["properties"]
    assert 'id="map"' not in client.get(path, params={"f": "html"}).text


def test_answers_that_differ_by_reader_are_private(as_role: As) -> None:
    for role in ROLES:
        reader = as_role(role)
        for path in ("/ogc/api", "/ogc/collections", items("parcels"), "/ogc/collections/parcels/schema"):
            held = reader.get(path).headers
            assert held["cache-control"].startswith("public" if role == "public" else "private")
            assert "Authorization" in held["vary"]
    tags = {as_role(role).get(items("parcels")).headers["etag"] for role in ROLES}
    assert len(tags) == len(ROLES)

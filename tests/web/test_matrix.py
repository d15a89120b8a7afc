"""Role by collection: what is served never exceeds what the policy grants, by whatever road one asks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from geoservice.access.policy import View, read_policy
from geoservice.access.principals import Principal, Scope
from geoservice.model import parcel, project
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.moment import Moment
from tests.fixtures.city import PUBLIC_PROJECTS, ago, ahead, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import As

POLICY = read_policy()
PATHS = {name: f"/v1/{name}" for name in COLLECTIONS if name != "layer_features"}
DETAILS = {"stages", "parcels", "blockers", "investment"}
"""What a single project adds; which of it a role sees is tested with the details."""
DAYS = {"past": ago(150).isoformat(), "today": None, "future": ahead(150).isoformat()}


def _view(role: str, collection: str) -> View:
    return POLICY.view(Principal("x", Role(role)), collection)


def _allowed(role: str, collection: str) -> set[str]:
    view = _view(role, collection)
    return {
        name for name in COLLECTIONS[collection].relation(Moment.today(), view).fields if view.shows(name)
    }


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_fields_are_exactly_those_of_the_policy(as_role: As, role: str) -> None:
    reader = as_role(role)
    for collection, path in PATHS.items():
        found = reader.features(path)
        assert found, (role, collection)
        for feature in found:
            assert set(feature["properties"]) == _allowed(role, collection), (role, collection)
            assert feature["id"] == feature["properties"]["key"]
            one = reader.get(f"{path}/{feature['id']}").json()
            extra = set(one["properties"]) - set(feature["properties"])
            assert extra <= (DETAILS if collection == "projects" else set())
            for name in extra:
                del one["properties"][name]
            assert one == feature, "an item says what the list says"
    for code in {layer["properties"]["code"] for layer in reader.features("/v1/layers")}:
        for feature in reader.features(f"/v1/layers/{code}/features"):
            assert set(feature["properties"]) == _allowed(role, "layer_features")


@pytest.mark.parametrize("when", DAYS)
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_rows_of_every_role_on_any_day(as_role: As, standing: Filled, role: str, when: str) -> None:
    reader, built = as_role(role), standing.built
    params = {"datetime": DAYS[when]} if DAYS[when] else {}
    seen = {
        collection: {feature["id"] for feature in reader.features(path, **params)}
        for collection, path in PATHS.items()
    }
    west = {key for number, key in built.parcels.items() if int(number[-2:]) < 2}
    promoted = west if _view(role, "parcels").rows == "promotable" else set(built.parcels.values())
    assert seen["parcels"] == promoted
    assert seen["availability"] == promoted
    public = {built.projects[number] for number in PUBLIC_PROJECTS}
    assert seen["projects"] == (public if role == "public" else set(built.projects.values()))
    tasks = {"ZC-1"} if _view(role, "demolition").rows == "announced" else set(built.tasks)
    assert seen["demolition"] == {built.tasks[number] for number in tasks}
    layers = {"BASE_WATER"} if role == "public" else {"BASE_WATER", "JBNT"}
    assert seen["layers"] == {built.layers[code] for code in layers}


@pytest.mark.parametrize("when", DAYS)
def test_the_public_reads_no_secret_by_any_road(as_role: As, standing: Filled, when: str) -> None:
    reader, built = as_role("public"), standing.built
    params = {"datetime": DAYS[when]} if DAYS[when] else {}
    texts = [reader.get(path, params=params).text for path in PATHS.values()]
    for number, key in built.projects.items():
        for path in (f"/v1/projects/{key}", f"/v1/projects/{key}/stages"):
            response = reader.get(path, params=params)
            assert response.status_code == (200 if number in PUBLIC_PROJECTS else 404)
            texts.append(response.text)
    for key in built.parcels.values():
        texts += [
            reader.get(f"/v1/{road}", params=params).text
            for road in (f"parcels/{key}", f"parcels/{key}/verdict")
        ]
    texts += [reader.get(f"/v1/demolition/{key}", params=params).text for key in built.tasks.values()]
    assert [
        word for word in ("households", '"late"', "lead_official", "mortgaged") if word in "".join(texts)
    ] == []
    texts += [reader.get(path, params=params).text for path in ("/", "/maps/projects", "/maps/demolition")]
    everything = "\n".join(texts)
    secrets = [
        "张副市长",
        "签约秘密项目",
        "储备未来项目",
        "停建酒店",
        "撤回公开项目",
        "东片安置房",
        "内部备注",
        "西片征拆",
    ]
    secrets += ["南片征拆", "剩余三户", "营区"]
    assert [secret for secret in secrets if secret in everything] == []


@pytest.mark.parametrize("road", ["", "/stages"])
def test_details_of_a_project_follow_the_policy(as_role: As, standing: Filled, road: str) -> None:
    built = standing.built
    for role in Role:
        view = _view(role.value, "projects")
        documents = {}
        for number in ("XM-A", "XM-B"):
            answer = as_role(role.value).get(f"/v1/projects/{built.projects[number]}{road}").json()
            documents[number] = answer.get("properties", answer)
        late, money = documents["XM-B"], documents["XM-A"]
        stages = {stage["stage"]: stage for stage in late["stages"]}
        assert stages["approved"]["actual_on"] == ago(480).isoformat()
        planned = {stage["planned_on"] for stage in late["stages"]}
        assert (planned == {None}) is (not view.plans)
        assert bool(late["blockers"]) is view.shows("side_state")
        assert bool(money["investment"]) is view.shows("invested_fen")
        linked = {parcel["parcel_number"] for parcel in money["parcels"]}
        assert linked == (set() if role is Role.PUBLIC else {number_of(3, 0), number_of(3, 1)})


def test_hidden_reasons_are_one_word_to_the_public(as_role: As, standing: Filled) -> None:
    mortgaged, seized = (standing.built.parcels[number_of(*cell)] for cell in ((0, 1), (1, 1)))
    inside = as_role("land").get(f"/v1/availability/{mortgaged}").json()["properties"]["reasons"]
    assert "mortgaged" in {reason["code"] for reason in inside}
    for key in (mortgaged, seized):
        outside = as_role("public").get(f"/v1/availability/{key}").json()["properties"]["reasons"]
        codes = {reason["code"] for reason in outside}
        assert "restricted" in codes
        assert not codes & {"mortgaged", "seized", "occupied"}


def test_a_parcel_no_longer_promoted_cannot_be_read_through_an_older_date(city: Filled, own: Any) -> None:
    import pandas as pd

    from geoservice.registry.put import put

    key = city.built.parcels[number_of(0, 0)]
    past = {"datetime": ago(30).isoformat()}
    assert own.get(f"/v1/parcels/{key}", params=past).status_code == 200
    with city.service.work().begin("tester", "withdraw") as unit:
        frame = pd.DataFrame([{"parcel_number": number_of(0, 0), "promotable": False}])
        put(unit, "parcel", frame, valid_from=ago(0))
    for path in (f"/v1/parcels/{key}", f"/v1/availability/{key}", f"/v1/parcels/{key}/verdict"):
        assert own.get(path, params=past).status_code == 404
        assert own.get(path, params={"known_on": ago(1).isoformat(), **past}).status_code == 404


@pytest.mark.parametrize("collection", ["parcels", "projects", "availability", "demolition"])
def test_scope_ends_at_the_district(as_role: As, standing: Filled, collection: str) -> None:
    district = standing.built.zones["东城区"]
    reader = as_role("expropriation", Scope(ScopeKind.DISTRICT, district))
    inside = reader.features(f"/v1/{collection}")
    assert {feature["properties"]["district"] for feature in inside} == {district}
    for feature in as_role("admin").features(f"/v1/{collection}"):
        status = reader.get(f"/v1/{collection}/{feature['id']}").status_code
        assert status == (200 if feature["properties"]["district"] == district else 404)


def test_scope_of_a_park_and_of_nothing(as_role: As, standing: Filled) -> None:
    park = standing.built.parks["GX"]
    found = as_role("expropriation", Scope(ScopeKind.PARK, park)).features("/v1/parcels")
    assert len(found) == 10
    assert {feature["properties"]["park"] for feature in found} == {park}
    assert as_role("expropriation", Scope(ScopeKind.DISTRICT, "QY99999999")).features("/v1/parcels") == []


def test_pages_of_the_public_hold_nothing_more(as_role: As) -> None:
    reader = as_role("public")
    whole = reader.features("/v1/parcels")
    paged: list[Any] = []
    path: str | None = "/v1/parcels?limit=3"
    while path:
        document = reader.get(path).json()
        paged += document["features"]
        path = next((link["href"] for link in document["links"] if link["rel"] == "next"), None)
    assert paged == whole


def test_a_hidden_layer_shows_nowhere_as_a_shape(as_role: As) -> None:
    for role in Role:
        reader = as_role(role.value)
        assert "QTGZ" not in reader.get("/v1/layers").text
        assert reader.features("/v1/layers/QTGZ/features") == []


@pytest.mark.parametrize("field", ["late", "side_state", "mapped"])
def test_filtering_by_a_hidden_field_is_refused(as_role: As, field: str) -> None:
    value = {"late": "true", "side_state": "normal", "mapped": "true"}[field]
    for role in Role:
        shown = _view(role.value, "projects").shows(field)
        response = as_role(role.value).get("/v1/projects", params={field: value})
        assert response.status_code == (200 if shown else 403)


def test_geometry_none_means_none(city: Filled, own: Any, tmp_path: Any) -> None:
    from dataclasses import replace

    from fastapi.testclient import TestClient

    from geoservice.access.policy import DEFAULT_POLICY
    from geoservice.web.app import create_app

    file = tmp_path / "policy.toml"
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    file.write_text(
        text.replace(
            '[public.parks]\nrows = "all"\ngeometry = "full"',
            '[public.parks]\nrows = "all"\ngeometry = "none"',
        )
    )
    strict = TestClient(create_app(replace(city.service, policy=read_policy(file))))
    assert {str(f["geometry"]) for f in strict.get("/v1/parks").json()["features"]} == {"None"}
    assert all(f["geometry"] for f in own.get("/v1/parks").json()["features"])


def test_the_test_city_has_the_secrets_the_tests_look_for(standing: Filled) -> None:
    with standing.service.database.read() as connection:
        names = set(connection.scalars(select(project.c.name)))
        assert {"签约秘密项目", "储备未来项目", "撤回公开项目"} <= names
        assert "内部备注" in set(connection.scalars(select(parcel.c.note)))

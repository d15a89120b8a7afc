"""What every answer does: revalidation, compression, HEAD, problems, headers; nothing leaks."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pandas as pd
import pytest
import zstandard
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.model.vocabulary import Stage
from geoservice.registry.put import put
from geoservice.web import docs
from geoservice.web.app import create_app
from geoservice.web.permission import (
    MissingPermission,
    Open,
    Requires,
    check_routes,
    flat_routes,
    permission_of,
)
from tests.fixtures.city import FOUNDED, ago, number_of, square
from tests.fixtures.services import Filled
from tests.web.conftest import As

COLLECTIONS = ("parks", "zones", "parcels", "projects", "availability", "demolition", "layers")
PAGES = ("/", "/maps/projects", "/maps/availability", "/maps/demolition", "/docs")


def _rename(city: Filled) -> None:
    with city.service.work().begin("tester", "rename") as unit:
        put(
            unit,
            "parcel",
            pd.DataFrame([{"parcel_number": number_of(0, 0), "name": "新名"}]),
            valid_from=ago(0),
        )


@pytest.mark.parametrize("path", ["/v1/parcels", "/v1/projects", "/v1/layers/BASE_WATER/features"])
def test_revalidation(client: TestClient, path: str) -> None:
    first = client.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    for held in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        again = client.get(path, headers={"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert client.get(path).headers["etag"] == etag


def test_the_etag_changes_with_revision_date_role_and_question(city: Filled, own: TestClient) -> None:
    seen = [
        own.get(path).headers["etag"] for path in ("/v1/parcels", "/v1/parcels?limit=5", "/v1/parcels?q=1")
    ]
    seen.append(own.get("/v1/parcels", params={"datetime": ago(1).isoformat()}).headers["etag"])
    seen.append(own.get("/v1/parcels", params={"known_on": ago(1).isoformat()}).headers["etag"])
    seen.append(own.get(f"/v1/parcels/{city.built.parcels[number_of(0, 0)]}").headers["etag"])
    zones = own.get("/v1/zones").headers["etag"]
    _rename(city)
    seen.append(own.get("/v1/parcels").headers["etag"])
    assert len(set(seen)) == len(seen)
    assert own.get("/v1/zones").headers["etag"] == zones, "another noun's revision does not matter"


def test_the_etag_differs_by_role_and_scope(as_role: As) -> None:
    etags = [
        as_role(role).get("/v1/parcels").headers["etag"] for role in ("public", "leader", "land", "admin")
    ]
    assert len(set(etags)) == 4


def test_the_etag_changes_when_the_day_turns(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/v1/projects", params={"datetime": ago(5).isoformat()}).headers["etag"]
    tomorrow = clock.today() + (clock.today() - ago(1))
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert client.get("/v1/projects", params={"datetime": ago(6).isoformat()}).headers["etag"] != before


def test_caches_keep_private_what_differs_by_reader(as_role: As) -> None:
    assert as_role("public").get("/v1/parcels").headers["cache-control"] == "public, no-cache"
    answer = as_role("leader").get("/v1/parcels")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= {name.strip() for name in answer.headers["vary"].split(",")}


@pytest.mark.parametrize("path", ["/v1/parcels", "/", "/healthz", "/v1/parcels/none", "/docs"])
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("etag", "content-type"):
        assert head.headers.get(name) == get.headers.get(name)


def test_compression(client: TestClient) -> None:
    plain = client.get("/v1/parcels", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for coding, unpack in (("gzip", gzip.decompress), ("zstd", _unzstd)):
        with client.stream("GET", "/v1/parcels", headers={"Accept-Encoding": coding}) as packed:
            body = b"".join(packed.iter_raw())
            assert packed.headers["content-encoding"] == coding
            assert "Accept-Encoding" in packed.headers["vary"]
        assert len(body) < len(plain.content) / 2
        assert unpack(body) == plain.content


def _unzstd(body: bytes) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(body) as reader:
        return reader.read()


@pytest.mark.parametrize(
    ("path", "status", "value"),
    [
        ("/v1/parcels?colour=red", 400, "red"),
        ("/v1/parcels?limit=0", 400, "0"),
        ("/v1/parcels?limit=10001", 400, "10001"),
        ("/v1/parcels?limit=ten", 400, "ten"),
        ("/v1/parcels?bbox=1,2,3", 400, "1,2,3"),
        ("/v1/parcels?bbox=170,0,-170,5", 400, "170,0,-170,5"),
        ("/v1/parcels?datetime=gestern", 400, "gestern"),
        ("/v1/parcels?datetime=2026-02-30", 400, "2026-02-30"),
        ("/v1/parcels?known_on=x", 400, "x"),
        ("/v1/parcels?district=南城区", 400, "南城区"),
        ("/v1/parcels?cursor=abc", 400, "abc"),
        ("/v1/parcels?promotable=maybe", 400, "maybe"),
        ("/v1/projects?stage=finished", 400, "finished"),
        ("/v1/parks?level=,", 400, ","),
        ("/v1/parcels/DK00000001?limit=3", 400, "3"),
        ("/v1/projects?late=true", 403, "late"),
        ("/v1/parcels/DK99999999", 404, "DK99999999"),
        ("/v1/projects/XM00000003/stages", 404, "XM00000003"),
        ("/maps/nothing", 404, "nothing"),
        ("/sign-in?code=not-a-valid-code", 401, None),
        ("/nowhere", 404, None),
    ],
)
def test_problems_say_subject_value_and_remedy(
    client: TestClient, path: str, status: int, value: str | None
) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["status"] == status
    assert len(document["title"]) > 5
    if value is not None:
        assert value in str(document["value"])
    if path != "/nowhere":
        assert document["remedy"]


def test_a_wrong_token_is_told_and_nothing_else(client: TestClient) -> None:
    for authorization in ("Bearer nonsense", "Bearer ", "Basic YTpi", "x"):
        answer = client.get("/v1/parks", headers={"Authorization": authorization})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["remedy"]


def test_other_methods_are_problems_too(client: TestClient) -> None:
    answer = client.delete("/v1/parcels")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_500_leaks_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: Any, **__: Any) -> None:
        raise RuntimeError("postgresql://user:geheim@db/city")

    monkeypatch.setattr("geoservice.registry.features.page", explode)
    answer = client.get("/v1/parcels")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert not re.search("geheim|postgres|Traceback|RuntimeError", answer.text)
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_database_out_of_reach_is_a_503_without_its_address(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geoservice.errors import Unavailable

    def refuse(*_: Any, **__: Any) -> None:
        raise Unavailable("The database cannot be used", "postgresql://user:geheim@db/city", "Look.")

    monkeypatch.setattr("geoservice.registry.features.page", refuse)
    answer = client.get("/v1/parcels")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "geheim" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    outside = re.findall(
        r"""(?:src|href|url|action)\s*[=(:]\s*["']?\s*((?:https?:)?//[^"'\s)>]+)""", answer.text
    )
    assert outside == []
    for nonce in re.findall(r'nonce="([^"]+)"', answer.text):
        assert f"'nonce-{nonce}'" in policy
    for script in re.findall(r"<script\b[^>]*>", answer.text):
        assert "src=" in script or "nonce=" in script or "application/json" in script


@pytest.mark.parametrize("path", PAGES[:4])
def test_a_map_page_is_small_and_never_the_same_nonce(client: TestClient, path: str) -> None:
    first, second = client.get(path), client.get(path)
    assert len(first.content) < 30_000
    assert first.headers["content-security-policy"] != second.headers["content-security-policy"]


def test_every_file_a_page_names_is_there(client: TestClient) -> None:
    for path in PAGES:
        for address in re.findall(r"""(?:src|href)=["'](/static/[^"']+)""", client.get(path).text):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert answer.headers["x-content-type-options"] == "nosniff"
            if "v=" in address:
                assert "immutable" in answer.headers["cache-control"]


def test_static_files_stay_in_their_folder(client: TestClient) -> None:
    for path in (
        "/static/map/../../policy.toml",
        "/static/map/%2e%2e/%2e%2e/settings.py",
        "/static/map//etc/passwd",
    ):
        assert client.get(path).status_code == 404


def test_security_headers_are_everywhere(client: TestClient) -> None:
    for path in ("/", "/v1/parcels", "/nowhere", "/docs"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "SAMEORIGIN"


def test_openapi_and_docs_name_every_route(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    html = client.get("/docs").text
    for path in (
        "/v1/parcels",
        "/v1/parcels/{key}",
        "/v1/layers/{code}/features",
        "/v1/me",
        "/v1/projects/{key}/stages",
    ):
        assert path in document["paths"]
        assert path in html
    names = {parameter["name"] for parameter in document["paths"]["/v1/parcels"]["get"]["parameters"]}
    assert {"bbox", "q", "datetime", "known_on", "limit", "cursor", "district", "area_min_m2"} <= names
    operations = [op["operationId"] for path in document["paths"].values() for op in path.values()]
    assert len(set(operations)) == len(operations)


def test_every_route_has_a_permission(standing: Filled) -> None:
    app = create_app(standing.service)
    routes = [route for route in flat_routes(app.routes) if getattr(route, "path", "").startswith("/")]
    assert len(routes) > 20
    assert {
        getattr(route, "path", None): permission_of(route) for route in routes if not permission_of(route)
    } == {}
    known = set().union(*standing.service.policy.permissions.values()) | {"open"}
    assert {permission_of(route) for route in routes} <= known


def test_a_route_without_a_permission_does_not_start(
    standing: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = APIRouter()
    routes.add_api_route("/v1/backdoor", lambda: {"secret": 1}, methods=["GET"])
    honest = docs.router
    monkeypatch.setattr(docs, "router", lambda: _joined(honest(), routes))
    with pytest.raises(MissingPermission, match="names no permission") as refusal:
        create_app(standing.service)
    assert "/v1/backdoor" in str(refusal.value)


def _joined(*routers: APIRouter) -> APIRouter:
    whole = APIRouter()
    for router in routers:
        whole.include_router(router)
    return whole


def test_any_place_of_a_permission_counts() -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/a", lambda: 1, dependencies=[Depends(Requires("map:read"))])
    app.add_api_route("/b", lambda: 1, dependencies=[Depends(Open())])
    check_routes(app)
    app.add_api_route("/c", lambda: 1)
    with pytest.raises(MissingPermission, match="permission"):
        check_routes(app)


def test_health_and_readiness(client: TestClient) -> None:
    health, ready = client.get("/healthz").json(), client.get("/readyz").json()
    assert health["status"] == "ok"
    assert {"version", "commit"} <= set(health)
    assert (ready["status"], ready["city"]) == ("ready", "试点市")


def test_a_collection_is_what_rfc_7946_says(client: TestClient) -> None:
    for name in COLLECTIONS:
        document = client.get(f"/v1/{name}").json()
        assert document["type"] == "FeatureCollection"
        assert document["numberReturned"] == len(document["features"])
        assert document["datetime"] == clock.today().isoformat()
        assert document["links"][0]["rel"] == "self"
        assert "crs" not in document
        for feature in document["features"]:
            assert feature["type"] == "Feature"
            assert set(feature) == {"type", "id", "geometry", "properties"}


def test_next_links_keep_the_question_and_end(client: TestClient) -> None:
    path: str | None = "/v1/parcels?limit=4&q=西片&datetime=" + ago(3).isoformat()
    keys: list[str] = []
    while path:
        document = client.get(path).json()
        assert document["datetime"] == ago(3).isoformat()
        keys += [feature["id"] for feature in document["features"]]
        path = next((link["href"] for link in document["links"] if link["rel"] == "next"), None)
        assert path is None or "q=" in path
    assert len(keys) == len(set(keys)) == 10


def test_pages_stay_on_one_state_over_http(city: Filled, own: TestClient) -> None:
    first = own.get("/v1/parcels?limit=6").json()
    _rename(city)
    with city.service.work().begin("tester", "grow") as unit:
        row = {"parcel_number": "NEU", "promotable": True, "geometry": square(8, 8)}
        put(unit, "parcel", pd.DataFrame([row]), valid_from=FOUNDED)
    following = own.get(first["links"][1]["href"]).json()
    assert len(following["features"]) == 4
    assert own.get("/v1/parcels").json()["numberReturned"] == 11


def test_vocabularies_speak_both_languages(client: TestClient) -> None:
    words = client.get("/v1/vocabularies").json()
    assert words["stage"]["signed"] == {"zh": "签约", "en": "Signed"}
    assert list(words["stage"]) == [stage.value for stage in Stage]


def test_behind_a_proxy_every_link_carries_the_prefix(standing: Filled) -> None:
    from dataclasses import replace

    service = replace(standing.service, settings=replace(standing.service.settings, base_path="/geo"))
    client = TestClient(create_app(service))
    html = client.get("/").text
    assert re.findall(r"""(?:src|href)=["'](/(?!geo/)[^"']*)""", html) == []
    links = client.get("/v1/parcels?limit=2").json()["links"]
    assert [link["href"].startswith("/geo/v1/parcels") for link in links] == [True, True]

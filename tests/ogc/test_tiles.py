"""Tiles by HTTP: rows and fields by role, complete counts, caching by revision, strict parameters, documents."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from geoservice.access.policy import read_policy
from geoservice.access.principals import Principal, Scope
from geoservice.geo.mvt_decode import Feature, decode
from geoservice.geo.mvt_grid import Tile, tile_at
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.tiles import tracks as module
from geoservice.registry.tiles.specs import DETAIL_ZOOM, SPECS
from geoservice.web.ogc.tiles import CONFORMANCE
from tests.fixtures.city import EXTENT, ago
from tests.fixtures.services import Filled, _gpkg_cities, _postgis_cities, city, empty, standing
from tests.web.conftest import As, Reader, _apps, as_role, client, own

__all__ = [
    "_apps",
    "_gpkg_cities",
    "_postgis_cities",
    "as_role",
    "city",
    "client",
    "empty",
    "own",
    "standing",
]

POLICY = read_policy()
ROLES = [role.value for role in Role]
MVT = "application/vnd.mapbox-vector-tile"


def path(collection: str, tile: Tile) -> str:
    """Return the address of a tile."""
    return f"/ogc/collections/{collection}/tiles/WebMercatorQuad/{tile.z}/{tile.y}/{tile.x}"


def cover(z: int) -> list[Tile]:
    """Return the tiles the small city lies in, and those beside it."""
    west, south, east, north = EXTENT
    one, other = tile_at(west - 0.02, north + 0.02, z), tile_at(east + 0.02, south - 0.02, z)
    return [Tile(z, x, y) for x in range(one.x, other.x + 1) for y in range(one.y, other.y + 1)]


def read(reader: Reader, collection: str, z: int, layer: str | None = None, **params: Any) -> list[Feature]:
    """Return the features of all tiles of a zoom level."""
    found: list[Feature] = []
    for tile in cover(z):
        response = reader.get(path(collection, tile), params=params)
        assert response.status_code in (200, 204), response.text
        if response.status_code == 200:
            assert response.headers["content-type"] == MVT
            layers = decode(response.content)
            assert set(layers) == {layer or collection}
            found += layers[layer or collection]
        else:
            assert response.content == b""
    return found


def listed(reader: Reader, collection: str) -> list[dict[str, Any]]:
    """Return the features the list serves."""
    if collection != "layer_features":
        return reader.features(f"/v1/{collection}")
    codes = [layer["properties"]["code"] for layer in reader.features("/v1/layers")]
    return [feature for code in codes for feature in reader.features(f"/v1/layers/{code}/features")]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("collection", SPECS)
def test_a_tile_shows_what_the_list_shows_and_no_field_more(as_role: As, role: str, collection: str) -> None:
    reader = as_role(role)
    view = POLICY.view(Principal("x", Role(role)), collection)
    spec = SPECS[collection]
    expected = {f["id"]: f["properties"] for f in listed(reader, collection) if f["geometry"]}
    found = read(reader, collection, 14)
    assert {feature.properties["key"] for feature in found} == set(expected)
    for feature in found:
        for name, value in feature.properties.items():
            if name == spec.track:
                continue
            assert name in spec.attributes and view.shows(name)
            held = expected[feature.properties["key"]][name]
            assert value == (round(held) if isinstance(held, float) else held)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("collection", [name for name, spec in SPECS.items() if spec.counted])
def test_counts_from_afar_add_up_to_the_list(as_role: As, role: str, collection: str) -> None:
    reader = as_role(role)
    features = listed(reader, collection)
    for z in (5, DETAIL_ZOOM - 1):
        # A unit near an edge stands in the buffer of the next tile too.
        found = read(reader, collection, z, SPECS[collection].units)
        units = {(unit.properties["kind"], unit.properties.get("unit")): unit.properties for unit in found}
        assert sum(unit["count"] for unit in units.values()) == len(features)
        unmapped = sum(feature["geometry"] is None for feature in features)
        assert sum(unit.get("unmapped", 0) for unit in units.values()) == unmapped
        for unit in units.values():
            assert sum(value for name, value in unit.items() if name.startswith("n_")) == unit["count"]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("collection", "fields"),
    [
        ("availability", ("status",)),
        ("projects", ("stage_group",)),
        ("demolition", ("state", "public_state")),
    ],
)
def test_dated_answers_are_those_of_the_list_on_any_day(
    as_role: As, role: str, collection: str, fields: tuple[str, ...]
) -> None:
    """What a client reads from the intervals for a day is what the list says on that day, to this role."""
    reader = as_role(role)
    view = POLICY.view(Principal("x", Role(role)), collection)
    shown = next(name for name in fields if view.shows(name))
    track = SPECS[collection].track or ""
    codes = module.TRACKS[track].codes
    dated = {
        feature.properties["key"]: feature.properties.get(track) for feature in read(reader, collection, 14)
    }
    for days in (700, 300, 150, 40, 5, 0, -5, -40, -150, -400):
        day = ago(days)
        answers = {
            feature["id"]: feature["properties"]
            for feature in reader.features(f"/v1/{collection}", datetime=day.isoformat())
        }
        for key, text in dated.items():
            code = on_day(text, day.toordinal() - module.EPOCH)
            answer = answers.get(key, {}).get(shown)
            expected = "-" if answer is None else codes.get(answer, answer)
            if collection == "projects" and answer is not None and view.shows("side_state"):
                expected += module.SIDE_CODES[answers[key]["side_state"]]
            assert code.rstrip("*") == expected, (key, day, text)


def on_day(text: str | None, day: int) -> str:
    """Read a dated answer as a client does."""
    answer = "-"
    for part in (text or "").split(";"):
        if part and int(part.split(":")[0]) <= day:
            answer = part.split(":")[1]
    return answer


def test_an_office_sees_the_tiles_of_its_district_only(as_role: As, standing: Filled) -> None:
    zone = next(iter(standing.built.zones.values()))
    reader = as_role("expropriation", Scope(ScopeKind.DISTRICT, zone))
    keys = {feature.properties["key"] for feature in read(reader, "parcels", 14)}
    assert keys == {feature["id"] for feature in reader.features("/v1/parcels")}
    assert 0 < len(keys) < len(standing.built.parcels)


def test_the_public_finds_no_secret_in_any_tile(as_role: As) -> None:
    reader = as_role("public")
    bodies = b"".join(
        reader.get(path(collection, tile)).content
        for collection in SPECS
        for z in (9, 14)
        for tile in cover(z)
    )
    for secret in (
        "签约秘密项目",
        "储备未来项目",
        "停建酒店",
        "撤回公开项目",
        "西片征拆",
        "南片征拆",
        "营区",
    ):
        assert secret.encode() not in bodies
    for field in (b"mortgaged", b"late", b"households", b"side_state", b"lead_official"):
        assert field not in bodies


def test_a_revision_makes_a_tile_immutable_and_roles_do_not_share(as_role: As) -> None:
    tile = tile_at(EXTENT[0] + 0.001, EXTENT[1] + 0.001, 14)
    versions = {}
    for role in ("public", "promotion", "leader"):
        reader = as_role(role)
        described = reader.get("/ogc/collections/availability/tiles/WebMercatorQuad?f=tilejson").json()
        template = urlsplit(described["tiles"][0])
        assert template.path.endswith("/{z}/{y}/{x}")
        versions[role] = template.query
        lasting = reader.get(f"{path('availability', tile)}?{template.query}")
        reach = "public" if role == "public" else "private"
        assert lasting.headers["cache-control"] == f"{reach}, max-age=31536000, immutable"
        assert lasting.headers["vary"].startswith("Authorization, Cookie")
        plain = reader.get(path("availability", tile))
        old = reader.get(f"{path('availability', tile)}?v=0000000000000000")
        for response in (plain, old):
            assert response.headers["cache-control"] == f"{reach}, no-cache"
            assert response.content == lasting.content
        etag = plain.headers["etag"]
        again = reader.get(path("availability", tile), headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
    assert len(set(versions.values())) == 3
    stolen = as_role("public").get(f"{path('availability', tile)}?{versions['leader']}")
    assert stolen.headers["cache-control"] == "public, no-cache"
    assert b"usable_area_m2" not in stolen.content


def test_a_date_is_carried_by_the_tiles_address(as_role: As) -> None:
    day = ago(150).isoformat()
    reader = as_role("leader")
    described = reader.get(f"/ogc/collections/parcels/tiles/WebMercatorQuad?f=tilejson&datetime={day}").json()
    template = urlsplit(described["tiles"][0])
    assert f"datetime={day}" in template.query
    tile = tile_at(EXTENT[0] + 0.001, EXTENT[1] + 0.001, 14)
    assert "immutable" in reader.get(f"{path('parcels', tile)}?{template.query}").headers["cache-control"]


@pytest.mark.parametrize("place", ["3/8/0", "3/0/8", "23/0/0", "-1/0/0", "3/-1/0"])
def test_a_tile_the_grid_does_not_have_is_not_found(as_role: As, place: str) -> None:
    response = as_role("public").get(f"/ogc/collections/parcels/tiles/WebMercatorQuad/{place}")
    assert response.status_code == 404
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "wrong",
    [
        "parcels/tiles/WebMercatorQuad/3/0/0?foo=1",
        "parcels/tiles/WebMercatorQuad/3/0/0?f=png",
        "parcels/tiles/WebMercatorQuad/3/0/0?datetime=yesterday",
        "parcels/tiles/WebMercatorQuad/a/0/0",
        "parcels/tiles/WebMercatorQuad?limit=3",
        "parcels/tiles?f=xml",
    ],
)
def test_what_is_unknown_or_wrong_is_refused(as_role: As, wrong: str) -> None:
    assert as_role("public").get(f"/ogc/collections/{wrong}").status_code == 400


@pytest.mark.parametrize(
    "unknown", ["parcels/tiles/WorldCRS84Quad", "parcels/tiles/WorldCRS84Quad/0/0/0", "x/tiles"]
)
def test_other_tile_sets_are_not_found(as_role: As, unknown: str) -> None:
    assert as_role("public").get(f"/ogc/collections/{unknown}").status_code == 404


def test_the_matrix_set_is_the_one_of_the_standard(as_role: As) -> None:
    reader = as_role("public")
    listed_sets = reader.get("/ogc/tileMatrixSets").json()
    assert [each["id"] for each in listed_sets["tileMatrixSets"]] == ["WebMercatorQuad"]
    definition = reader.get(urlsplit(listed_sets["tileMatrixSets"][0]["links"][0]["href"]).path).json()
    first, tenth = definition["tileMatrices"][0], definition["tileMatrices"][10]
    # OGC 17-083r4, table D.1.
    assert first["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-9)
    assert first["cellSize"] == pytest.approx(156543.033928041, rel=1e-9)
    assert tenth["scaleDenominator"] == pytest.approx(545978.773465544, rel=1e-9)
    assert tenth["matrixWidth"] == tenth["matrixHeight"] == 1024
    assert first["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])


def test_a_tile_set_leads_to_its_tiles(as_role: As) -> None:
    reader = as_role("leader")
    sets = reader.get("/ogc/collections/projects/tiles").json()["tilesets"]
    assert [(each["dataType"], each["crs"]) for each in sets] == [
        ("vector", "http://www.opengis.net/def/crs/EPSG/0/3857")
    ]
    links = {link["rel"]: link for link in sets[0]["links"]}
    item = links["item"]
    assert item["templated"] is True and item["type"] == MVT
    tile = tile_at(EXTENT[0] + 0.001, EXTENT[1] + 0.001, 14)
    names = {"{tileMatrix}": tile.z, "{tileRow}": tile.y, "{tileCol}": tile.x}
    address = item["href"]
    for name, value in names.items():
        address = address.replace(name, str(value))
    response = reader.get(address.removeprefix("http://testserver"))
    assert response.status_code == 200 and "immutable" in response.headers["cache-control"]
    scheme = links["http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"]["href"]
    assert reader.get(scheme.removeprefix("http://testserver")).status_code == 200
    layers = {layer["id"]: layer for layer in sets[0]["layers"]}
    assert set(layers) == {"projects", "projects_units"}
    assert "stages" in layers["projects"]["propertiesSchema"]["properties"]


@pytest.mark.parametrize("role", ROLES)
def test_tile_sets_name_no_hidden_field(as_role: As, role: str) -> None:
    reader = as_role(role)
    for collection, spec in SPECS.items():
        view = POLICY.view(Principal("x", Role(role)), collection)
        described = reader.get(f"/ogc/collections/{collection}/tiles/WebMercatorQuad?f=tilejson").json()
        fields = described["vector_layers"][0]["fields"]
        assert {name for name in fields if name != spec.track} == {
            n for n in spec.attributes if view.shows(n)
        }


def test_conformance_classes_are_those_of_tiles() -> None:
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core" in CONFORMANCE
    assert len(CONFORMANCE) == len(set(CONFORMANCE))

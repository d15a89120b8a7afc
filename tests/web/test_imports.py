"""The conversation over HTTP: hand in, look, change the mapping, publish, repeat, undo — on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.handlers import HANDLERS
from geoservice.jobs import Worker
from geoservice.model.vocabulary import Role
from geoservice.registry.settings import read_city, write_city
from geoservice.web.app import create_app
from tests.fixtures.city import ago, number_of, square
from tests.fixtures.services import Filled
from tests.intake.conftest import Corpus
from tests.registry.test_undo import answers
from tests.web.conftest import Reader, reader


class Clerk(Reader):
    """Somebody who hands files in and decides."""

    filled: Filled

    def work(self) -> None:
        """Let the worker do what waits."""
        Worker(self.filled.service, HANDLERS).run_pending()

    def send(self, method: str, path: str, **options: Any) -> Any:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **options)

    def hand_in(self, path: Path, *more: Path, **asked: Any) -> int:
        """Hand a file in with what belongs to it, and have it checked."""
        body = {"headers": {"content-type": "application/octet-stream"}}
        late = bool(more or asked)
        got = self.send(
            "POST",
            "/v1/imports",
            params={"name": path.name, "check": not late},
            content=path.read_bytes(),
            **body,
        )
        assert got.status_code == 201, got.text
        number = int(got.json()["id"])
        for part in more:
            put = self.send(
                "PUT", f"/v1/imports/{number}/files/{part.name}", content=part.read_bytes(), **body
            )
            assert put.status_code == 200, put.text
        if late:
            self.check(number, **asked)
        self.work()
        return number

    def check(self, number: int, **asked: Any) -> None:
        assert self.send("POST", f"/v1/imports/{number}/check", json=asked).status_code == 202

    def see(self, number: int) -> dict[str, Any]:
        document: dict[str, Any] = self.get(f"/v1/imports/{number}").json()
        return document

    def decide(self, number: int, **asked: Any) -> dict[str, Any]:
        got = self.send("POST", f"/v1/imports/{number}/publish", json=asked)
        assert got.status_code == 202, got.text
        self.work()
        return self.see(number)


@pytest.fixture
def clerk(city: Filled, tmp_path: Path) -> Iterator[Clerk]:
    """Return a clerk of the land bureau, of a city with room around it, whose files go to a folder of the test's."""
    service = city.service
    settings = replace(service.settings, imports_dir=tmp_path / "handed in")
    city = replace(city, service=replace(service, settings=settings))
    with service.database.write() as connection:
        held = read_city(connection)
        write_city(connection, replace(held, extent=(119.4, 33.1, 119.6, 33.3)), clock.now())
    client = TestClient(create_app(city.service), raise_server_exceptions=False)
    land = reader(client, city, Role.LAND)
    clerk = Clerk(land.client, land.headers)
    clerk.filled = city
    yield clerk


def parcels(corpus: Corpus, name: str = "宗地.gpkg", **rows: Any) -> Path:
    """Write parcels that change one name, one shape, keep one, and bring one."""
    shapes = {
        number_of(0, 0): ("新名字", square(0, 0)),
        number_of(1, 0): ("西片1号地", square(1, 0, 1.05)),
        number_of(2, 0): ("西片2号地", square(2, 0)),
        "X-1": ("新地", square(7, 7)),
    } | rows
    columns = {"DKBH": list(shapes), "DKMC": [n for n, _ in shapes.values()]}
    return corpus.geopackage(name, columns, [s for _, s in shapes.values()], crs=4490)


def test_a_file_is_checked_seen_on_the_map_published_and_undone(clerk: Clerk, corpus: Corpus) -> None:
    service = clerk.filled.service
    held = {number_of(i, 0): (f"西片{i}号地", square(i, 0)) for i in range(3)}
    columns = {"DKBH": list(held), "DKMC": [name for name, _ in held.values()]}
    older = corpus.geopackage("旧.gpkg", columns, [s for _, s in held.values()], crs=4490)
    clerk.decide(clerk.hand_in(older), valid_from=ago(10).isoformat())
    before = answers(service)
    number = clerk.hand_in(parcels(corpus))
    seen = clerk.see(number)
    assert (seen["state"], seen["noun"], seen["check"]["ok"]) == ("checked", "parcel", True)
    assert seen["file"]["crs"].startswith("EPSG:4490")
    assert {f["field"]: f["source"] for f in seen["fields"]}["parcel_number"] == "DKBH"
    assert list(seen["check"]["columns"]["DKBH"]) == [number_of(0, 0), number_of(1, 0), number_of(2, 0)]
    assert seen["check"]["changes"] == {
        "refused": 0,
        "conflicting": 0,
        "ended": 0,
        "changed": 2,
        "new": 1,
        "unchanged": 1,
    }
    drawn = clerk.get(f"/v1/imports/{number}/features").json()["features"]
    by_number = {f["properties"]["number"]: f["properties"] for f in drawn}
    assert by_number[number_of(0, 0)]["fields"] == ["name"]
    assert by_number[number_of(1, 0)]["fields"] == ["geometry"]
    assert shapely.geometry.shape(by_number[number_of(1, 0)]["before"]).is_valid
    assert by_number["X-1"]["state"] == "new"
    assert answers(service) == before, "a check changes nothing"
    done = clerk.decide(number, valid_from=ago(3).isoformat())
    assert done["state"] == "published"
    assert (done["result"]["new"], done["result"]["changed"], done["result"]["unchanged"]) == (1, 2, 1)
    assert (done["actor"], done["uploaded_by"]) == ("land-city", "land-city")
    assert done["file_sha256"]
    assert done["original"] == {"kept": "folder"}
    assert clerk.get(f"/v1/imports/{number}/dependents").json() == {"dependents": []}
    assert clerk.send("POST", f"/v1/imports/{number}/undo", json={"reason": "错文件"}).status_code == 202
    clerk.work()
    assert clerk.see(number)["state"] == "undone"
    assert clerk.see(number)["undo_reason"] == "错文件"
    assert answers(service) == before


def test_the_same_file_again_is_said_to_be_the_same_and_does_nothing(clerk: Clerk, corpus: Corpus) -> None:
    path = parcels(corpus)
    first = clerk.hand_in(path)
    clerk.decide(first)
    before = answers(clerk.filled.service)
    again = clerk.hand_in(path)
    assert clerk.see(again)["check"]["repeats"] == first
    done = clerk.decide(again)
    assert (done["state"], done["result"]["repeats"]) == ("repeated", first)
    assert answers(clerk.filled.service) == before


def test_a_wrong_mapping_is_changed_saved_and_recognised_next_time(clerk: Clerk, corpus: Corpus) -> None:
    def ledger(name: str, first: str) -> Path:
        columns = {"甲": [first], "乙": ["某地"], "丙": ["30"]}
        return corpus.geopackage(name, columns, [square(7, 7)], crs=4490)

    number = clerk.hand_in(ledger("a.gpkg", "X-1"), noun="parcel")
    assert clerk.see(number)["check"]["columns"].keys() == {"甲", "乙", "丙"}
    mapping = {
        "noun": "parcel",
        "fields": {
            "parcel_number": {"column": "甲"},
            "name": {"column": "乙"},
            "certified_area_m2": {"column": "丙", "unit": "mu"},
        },
    }
    clerk.check(number, mapping=mapping)
    clerk.work()
    seen = clerk.see(number)
    assert {f["field"]: f["samples"] for f in seen["fields"]}["parcel_number"] == ["X-1"]
    saved = clerk.send("POST", "/v1/mapping-profiles", json={"import": number, "name": "某局"})
    assert saved.status_code == 201, saved.text
    clerk.decide(number)
    other = clerk.hand_in(ledger("b.gpkg", "X-2"))
    seen = clerk.see(other)
    assert seen["check"]["profile"] == {"id": saved.json()["id"], "name": "某局"}
    assert seen["mapping"]["fields"]["certified_area_m2"]["unit"] == "mu"
    profile = f"/v1/mapping-profiles/{saved.json()['id']}"
    assert clerk.get(profile).json()["used"] == 1
    assert clerk.send("PATCH", profile, json={"name": "另一局"}).json()["name"] == "另一局"
    wrong = {"noun": "parcel", "fields": {"no_such_field": {"column": "甲"}}}
    assert clerk.send("PATCH", profile, json={"mapping": wrong}).status_code == 400
    assert clerk.send("DELETE", profile).status_code == 204
    assert clerk.get("/v1/mapping-profiles").json() == {"profiles": []}
    clerk.check(other, noun="parcel")
    clerk.work()
    assert clerk.see(other)["check"]["profile"] is None


def test_bad_rows_stay_out_when_the_good_ones_are_taken(clerk: Clerk, corpus: Corpus) -> None:
    rows = {"X-2": ("甲", square(8, 8)), "X-3": ("乙", shapely.Point(119.5, 33.2))}
    number = clerk.hand_in(parcels(corpus, **rows))
    seen = clerk.see(number)
    assert (seen["check"]["ok"], seen["counts"]["errors"]) == (False, 1)
    errors = clerk.get(f"/v1/imports/{number}/findings", params={"severity": "error"}).json()
    assert (errors["total"], errors["findings"][0]["code"]) == (1, "geometry_type")
    refused = clerk.decide(number, accept="all")
    assert refused["state"] == "checked", "nothing was published"
    assert refused["job"]["error"]["code"] == "import_refused"
    done = clerk.decide(number, accept="good")
    assert (done["state"], done["result"]["rejected"]) == ("published", 1)
    assert [row["key"] for row in done["rejects"]] == ["X-3"]


def test_what_is_missing_is_counted_before_and_ended_when_asked(clerk: Clerk, corpus: Corpus) -> None:
    more = {f"X-{n}": (f"地{n}", square(7 + n, 7)) for n in range(1, 4)}
    clerk.decide(clerk.hand_in(parcels(corpus, "宗地_10.gpkg", **more)))
    number = clerk.hand_in(parcels(corpus, "宗地_11.gpkg"))
    missing = clerk.see(number)["check"]["missing"]
    assert (missing["count"], missing["scope"], missing["imports"]) == (2, "宗地", 1)
    drawn = clerk.get(f"/v1/imports/{number}/features").json()["features"]
    assert {f["properties"]["number"] for f in drawn if f["properties"]["state"] == "ended"} == {"X-2", "X-3"}
    assert clerk.decide(number, end_missing=True)["result"]["ended"] == 2


def test_a_shapefile_is_handed_in_part_by_part(clerk: Clerk, corpus: Corpus) -> None:
    path = corpus.shapefile("地块.shp", {"DKBH": ["X-1"], "DKMC": ["新地"]}, [square(7, 7)], crs=4490)
    parts = [path.with_suffix(s) for s in (".shx", ".dbf", ".prj")]
    number = clerk.hand_in(path, *parts)
    seen = clerk.see(number)
    assert (seen["state"], seen["file"]["format"]) == ("checked", "Shapefile")
    assert len(seen["files"]) == 4


def test_who_may_do_what(clerk: Clerk, corpus: Corpus) -> None:
    city = clerk.filled
    path = parcels(corpus)
    for role in (Role.PUBLIC, Role.LEADER, Role.PROMOTION):
        other = reader(clerk.client, city, role)
        assert other.get("/v1/imports").status_code == 403
        got = other.client.post("/v1/imports", params={"name": "a.gpkg"}, content=b"x", headers=other.headers)
        assert got.status_code == 403
    admin = Clerk(clerk.client, reader(clerk.client, city, Role.ADMIN).headers)
    admin.filled = city
    number = admin.hand_in(path)
    for step, asked in (("publish", {}), ("reject", {"reason": "不要"}), ("check", {})):
        assert clerk.send("POST", f"/v1/imports/{number}/{step}", json=asked).status_code == 403
    assert clerk.see(number)["state"] == "checked", "colleagues may look"
    turned = admin.send("POST", f"/v1/imports/{number}/reject", json={"reason": "不要"})
    assert turned.json()["state"] == "rejected"
    assert turned.json()["files"] == []
    assert admin.send("POST", f"/v1/imports/{number}/publish", json={}).status_code == 409


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", ".ssh", "a\x00b.shp", "x" * 150 + ".shp", "C:\\a\\b?.shp", " "]
)
def test_names_never_leave_their_folder(clerk: Clerk, name: str) -> None:
    got = clerk.send(
        "POST",
        "/v1/imports",
        params={"name": name, "check": False},
        content=b"x",
        headers={"content-type": "application/octet-stream"},
    )
    assert got.status_code in {201, 400}
    if got.status_code == 201:
        assert got.json()["files"] == ["passwd"]


def test_a_joined_ledger_elsewhere_on_the_machine_is_refused(clerk: Clerk, corpus: Corpus) -> None:
    number = clerk.hand_in(parcels(corpus))
    for file in ("/etc/passwd", "../x.csv", "..\\x.csv", ""):
        join = {"file": file, "left": "DKBH", "right": "a", "columns": {"b": "b"}}
        mapping = {"noun": "parcel", "fields": {"parcel_number": {"column": "DKBH"}}, "join": join}
        got = clerk.send("POST", f"/v1/imports/{number}/check", json={"mapping": mapping})
        assert got.status_code == 400, got.text


def test_an_empty_and_a_too_large_file_are_refused(clerk: Clerk, monkeypatch: Any) -> None:
    body = {"headers": {"content-type": "application/octet-stream"}}
    assert clerk.send("POST", "/v1/imports", params={"name": "a.csv"}, content=b"", **body).status_code == 400
    monkeypatch.setattr("geoservice.imports.store.Store.require_size", _refuse_over(10))
    big = clerk.send("POST", "/v1/imports", params={"name": "a.csv"}, content=b"x" * 11, **body)
    assert big.status_code == 413, big.text
    assert clerk.get("/v1/imports").json() == {"imports": []}


def _refuse_over(limit: int) -> Any:
    from geoservice.imports.store import Store

    real = Store.require_size
    return lambda store, size: real(replace(store, limit=limit), size)


def test_a_file_nobody_can_read_is_told_in_words(clerk: Clerk, corpus: Corpus) -> None:
    number = clerk.hand_in(corpus.text("a.dwg", "AC1027 …"))
    seen = clerk.see(number)
    assert seen["check"]["blocked"]
    assert seen["findings"]["groups"][0]["severity"] == "error"
    assert clerk.decide(number, accept="good")["state"] == "checked"

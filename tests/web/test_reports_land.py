"""Free land by a day and land that becomes free: exact sums, equal to the collection, for every role."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import pandas as pd
import pytest

from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.put import put
from tests.fixtures.city import ago, ahead, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import As, reader

STATUSES = ("available", "conditional")
BY = {"park": ("park",), "district": ("district",), "use": ("use_system", "use_code")}


@pytest.mark.parametrize("by", list(BY))
@pytest.mark.parametrize("day", [ago(100), ago(0), ahead(120)])
def test_sums_are_those_of_the_collection(as_role: As, by: str, day: Any) -> None:
    for role in Role:
        who = as_role(role.value)
        answer = who.get("/v1/land/clear", params={"datetime": day.isoformat(), "by": by}).json()
        features = who.features("/v1/availability", datetime=day.isoformat())
        assert answer["datetime"] == day.isoformat()
        told = [feature["properties"] for feature in features]
        for status in STATUSES:
            free = [one for one in told if one["status"] == status]
            _same(answer["total"][status], free)
            for group in answer["groups"]:
                _same(group[status], [one for one in free if all(one[n] == group[n] for n in BY[by])])
        assert sum(group[s]["count"] for group in answer["groups"] for s in STATUSES) == sum(
            one["status"] in STATUSES for one in told
        )


def _same(sums: dict[str, Any], parcels: list[dict[str, Any]]) -> None:
    assert sums["count"] == len(parcels)
    assert sums["area_m2"] == math.fsum(one["area_m2"] for one in parcels)
    assert sums["area_mu"] == pytest.approx(sums["area_m2"] * 3 / 2000, abs=1e-4)
    shown = bool(parcels) and "usable_area_m2" in parcels[0]
    if shown:
        assert sums["usable_area_m2"] == math.fsum(one["usable_area_m2"] for one in parcels)
        assert sums["planned"]["count"] == sum(one["plan"] for one in parcels)


def test_there_is_free_land_to_count(as_role: As) -> None:
    total = as_role("land").get("/v1/land/clear").json()["total"]
    assert total["conditional"]["count"] > 0
    public = as_role("public").get("/v1/land/clear").json()["total"]
    assert "usable_area_m2" not in public["conditional"]
    assert "planned" not in public["conditional"]


def test_a_table_says_the_same(as_role: As) -> None:
    who = as_role("leader")
    response = who.get("/v1/land/clear", params={"by": "district", "f": "csv"})
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    groups = who.get("/v1/land/clear", params={"by": "district"}).json()["groups"]
    assert [row["district"] for row in rows] == [group["district"] for group in groups]
    assert [float(row["conditional_area_m2"]) for row in rows] == [
        group["conditional"]["area_m2"] for group in groups
    ]


def test_scope_and_place_narrow_the_count(as_role: As, standing: Filled) -> None:
    east = standing.built.zones["东城区"]
    office = as_role("expropriation", Scope(ScopeKind.DISTRICT, east))
    mine = office.get("/v1/land/clear", params={"by": "district"}).json()
    asked = as_role("admin").get("/v1/land/clear", params={"by": "district", "district": "东城区"}).json()
    assert mine == asked


def test_what_becomes_free_says_which_reason_ends_and_whose_it_was(city: Filled, own: Any) -> None:
    land = reader(own, city, Role.LAND)
    number = number_of(0, 0)  # clear land; a seal is lifted on a day to come
    with city.service.work().begin("tester", "seal") as unit:
        put(unit, "parcel", pd.DataFrame([{"parcel_number": number, "seized": True}]), valid_from=ago(5))
        put(unit, "parcel", pd.DataFrame([{"parcel_number": number, "seized": False}]), valid_from=ahead(40))
    period = {"from": ahead(1).isoformat(), "to": ahead(60).isoformat()}
    found = land.features("/v1/land/upcoming", **period)
    mine = [f["properties"] for f in found if f["properties"]["parcel_number"] == number]
    assert [one["becomes_on"] for one in mine] == [ahead(40).isoformat()]
    assert [reason["code"] for reason in mine[0]["reasons_ended"]] == ["seized"]
    assert mine[0]["reasons_ended"][0]["unit"]
    assert mine[0]["status"] == "available"
    earlier = {"from": ahead(1).isoformat(), "to": ahead(39).isoformat()}
    assert number not in [
        f["properties"]["parcel_number"] for f in land.features("/v1/land/upcoming", **earlier)
    ]
    table = land.get("/v1/land/upcoming", params={**period, "f": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == len(found)
    assert mine[0]["reasons_ended"][0]["text"] in "".join(row["reasons_ended"] for row in rows)
    before = land.get(f"/v1/availability/{found[0]['id']}", params={"datetime": ahead(39).isoformat()}).json()
    assert before["properties"]["status"] != "available"


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/v1/land/clear", {"by": "owner"}),
        ("/v1/land/clear", {"park": "nowhere"}),
        ("/v1/land/clear", {"unknown": "1"}),
        ("/v1/land/upcoming", {}),
        ("/v1/land/upcoming", {"from": "2026-10-01", "to": "2026-09-01"}),
        ("/v1/land/upcoming", {"from": "soon"}),
    ],
)
def test_a_wrong_question_is_a_problem(as_role: As, path: str, params: dict[str, str]) -> None:
    response = as_role("land").get(path, params=params)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


def test_the_public_does_not_see_when_land_becomes_free(as_role: As) -> None:
    assert as_role("public").get("/v1/land/upcoming", params={"from": "2026-01-01"}).status_code == 403

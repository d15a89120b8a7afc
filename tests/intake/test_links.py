"""Projects and parcels: the ledger's word against the shapes."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoservice.intake.check import check_file
from geoservice.intake.links import link
from geoservice.intake.mapping_file import parse_mapping
from tests.intake.conftest import Corpus, Register, codes, square

KEYS = {f"L-{i}": f"DK{i}" for i in range(5)}


def stored(*shapes: Any) -> Any:
    """Return shapes in EPSG:4490."""
    return gpd.GeoSeries(list(shapes), crs=4528).to_crs(4490).to_numpy(dtype=object)


@pytest.fixture
def register() -> Register:
    """Return a register that holds five parcels in a row, L-0 to L-4."""
    parcels = stored(*(square(i) for i in range(5)))
    return Register({"parcel": KEYS}, [(k, n, g) for (n, k), g in zip(KEYS.items(), parcels, strict=True)])


def declared(*pairs: tuple[int, str]) -> pd.DataFrame:
    """Return the declared parcels of projects by position."""
    return pd.DataFrame([(p, n, "site") for p, n in pairs], columns=["position", "parcel", "role"]).astype(
        object
    )


def test_ledger_and_shape_agree_differ_or_stand_alone(register: Register) -> None:
    # The shape covers L-0 wholly and 40 % of L-1; the ledger says L-0, L-3 and one that is not held.
    shape = shapely.union(
        square(0), shapely.box(*square(1).bounds[:2], square(1).bounds[0] + 40, square(1).bounds[3])
    )
    links, found = link(
        declared((0, "L-0"), (0, "L-3"), (0, "X")), stored(shape), np.array([7]), register, None, 0.05
    )
    got = {r["parcel"]: (r["basis"], r["share"], r["role"]) for r in links.to_dict("records")}
    assert got == {
        "DK0": ("both", pytest.approx(1.0), "site"),
        "DK1": ("geometry", pytest.approx(0.4, abs=1e-4), "site"),
        "DK3": ("declared", None, "site"),
    }
    assert [(f.code, f.row, f.value) for f in found] == [
        ("link_parcel_unknown", 7, "X"),
        ("link_undeclared", 7, "L-1"),
        ("link_apart", 7, "L-3"),
    ]


def test_a_sliver_links_nothing_but_supports_the_ledger(register: Register) -> None:
    x, y = square(1).bounds[:2]
    shape = shapely.union(square(0), shapely.box(x, y, x + 2, y + 100))
    links, found = link(declared((0, "L-0")), stored(shape), np.array([1]), register, None, 0.05)
    assert links["parcel"].tolist() == ["DK0"]
    assert found == []
    links, _ = link(declared((0, "L-0"), (0, "L-1")), stored(shape), np.array([1]), register, None, 0.05)
    assert links["basis"].tolist() == ["both", "both"]


def test_a_building_on_a_campus_is_linked_by_lying_within(register: Register) -> None:
    x, y = square(2).bounds[:2]
    building = shapely.box(x + 10, y + 10, x + 20, y + 20)
    links, _ = link(declared(), stored(building), np.array([1]), register, None, 0.05)
    assert links[["parcel", "basis"]].to_numpy().tolist() == [["DK2", "geometry"]]
    assert links["share"].iloc[0] == pytest.approx(0.01, abs=1e-4)


def test_without_shapes_the_ledger_alone_counts(register: Register) -> None:
    links, found = link(
        declared((0, "L-0"), (1, "L-1"), (1, "L-1")), None, np.array([1, 2]), register, None, 0.05
    )
    assert links[["position", "parcel", "basis"]].to_numpy().tolist() == [
        [0, "DK0", "declared"],
        [1, "DK1", "declared"],
    ]
    assert found == []


def test_nothing_declared_is_no_difference(register: Register) -> None:
    links, found = link(declared(), stored(square(0)), np.array([1]), register, None, 0.05)
    assert links["basis"].tolist() == ["geometry"]
    assert found == []


def test_links_follow_their_projects_through_rejects(corpus: Corpus, register: Register) -> None:
    columns = {"编号": ["P1", "P1", "P2"], "名称": ["甲", "甲二", "乙"], "地块": ["L-0", "L-1", "L-2, L-3"]}
    path = corpus.geopackage("p.gpkg", columns, [square(0), square(1), square(2)])
    mapping = parse_mapping(
        {
            "noun": "project",
            "fields": {"project_number": "编号", "name": "名称"},
            "links": {"column": "地块", "separator": "[, ]+", "scheme": "parcel_number"},
        }
    )
    checked = check_file(path, mapping=mapping, known=register)
    assert codes(checked.report, "error") == ["key_duplicate"]
    assert checked.main["project_number"].tolist() == ["P1", "P2"]
    links = checked.clean["project_parcel"]
    assert links[["position", "parcel", "basis"]].to_numpy().tolist() == [
        [0, "DK0", "both"],
        [1, "DK2", "both"],
        [1, "DK3", "declared"],
    ]

"""A project stands on the parcels linked to it that day."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import shapely

from geoservice.clock import OPEN_DAY
from geoservice.projects.sites import COLUMNS, site_intervals

LEFT, RIGHT = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def _links(*rows: tuple[str, str, float | None, str, int, int, float, Any]) -> pd.DataFrame:
    names = ["project", "parcel", "share", "basis", "from_day", "to_day", "area_m2", "geometry"]
    return pd.DataFrame(list(rows), columns=names)


def test_the_site_changes_with_its_links() -> None:
    found = site_intervals(
        _links(
            ("B", "2", None, "geometry", 20, OPEN_DAY, 50.0, RIGHT),
            ("B", "1", 0.5, "declared", 10, 30, 100.0, LEFT),
            ("A", "1", None, "declared", 0, 5, 100.0, LEFT),
        )
    )
    assert list(found.columns) == list(COLUMNS)
    assert found.drop(columns="geometry").values.tolist() == [
        ["A", 0, 5, 1, 100.0, "declared"],
        ["B", 10, 20, 1, 50.0, "declared"],
        ["B", 20, 30, 2, 100.0, "both"],
        ["B", 30, OPEN_DAY, 1, 50.0, "geometry"],
    ]
    assert found["geometry"][2].equals(shapely.box(0, 0, 2, 1))


def test_a_time_without_land_is_a_gap() -> None:
    found = site_intervals(
        _links(("A", "1", None, "both", 0, 5, 1.0, LEFT), ("A", "1", None, "both", 9, 12, 1.0, LEFT))
    )
    assert found[["from_day", "to_day"]].values.tolist() == [[0, 5], [9, 12]]


def test_no_links_no_sites() -> None:
    found = site_intervals(_links())
    assert list(found.columns) == list(COLUMNS)
    assert found.empty


@pytest.mark.parametrize("share", [None, float("nan"), 1.0])
def test_a_link_without_share_takes_the_whole_parcel(share: float | None) -> None:
    found = site_intervals(_links(("A", "1", share, "both", 0, 5, 123.456, LEFT)))
    assert found["land_area_m2"].tolist() == [123.46]


def test_the_order_of_links_does_not_matter() -> None:
    rows = [("A", str(n), None, "both", n, 20 - n, 1.0, shapely.box(n, 0, n + 1.5, 1)) for n in range(6)]
    forth, back = site_intervals(_links(*rows)), site_intervals(_links(*reversed(rows)))
    pd.testing.assert_frame_equal(forth.drop(columns="geometry"), back.drop(columns="geometry"))
    assert [shape.wkb for shape in forth["geometry"]] == [shape.wkb for shape in back["geometry"]]

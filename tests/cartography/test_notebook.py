"""A frame becomes a map without a server: tiles and list inside the page, names as text."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geoservice.cartography import InvalidSource, render, stage_map, tiled
from geoservice.geo.mvt_decode import decode


def frame(count: int = 5) -> gpd.GeoDataFrame:
    shapes = [shapely.box(119.5 + n / 100, 33.2, 119.505 + n / 100, 33.205) for n in range(count)]
    return gpd.GeoDataFrame(
        {
            "name": [f"</script>{n}号地" for n in range(count)],
            "status": ["available", None] * (count // 2) + ["x"],
        },
        geometry=shapes,
        crs=4490,
    )


def test_every_feature_is_in_the_tiles_and_in_the_list() -> None:
    source = tiled(frame())
    assert not isinstance(source.tiles, str)
    found = {one.id for body in source.tiles.values() for one in decode(body)["features"]}
    assert found == {1, 2, 3, 4, 5}
    assert source.roll["count"] == 5  # type: ignore[index, call-overload]


def test_a_page_holds_everything_and_no_markup_of_the_data() -> None:
    page = render(stage_map(frame(), colour_by="status", palette="verdict_status"))
    assert "</script>0" not in page
    assert 'src="http' not in page


def test_a_column_that_is_not_there_and_a_frame_without_crs_are_refused() -> None:
    with pytest.raises(InvalidSource):
        stage_map(frame(), colour_by="nothing")
    with pytest.raises(InvalidSource):
        tiled(frame().set_crs(None, allow_override=True))

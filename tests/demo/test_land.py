"""The land is believable: parcels keep off each other, the water and the roads."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import STRtree

CENTRE = shapely.Point(40_462_000, 3_676_600)
RURAL_USES = ("01", "02", "0602", "0703", "0704")


def _layer(data: Path, file: str, layer: str) -> gpd.GeoDataFrame:
    return gpd.read_file(data / file, layer=layer).to_crs(4528)


def _overlap_m2(left: list[shapely.Geometry], right: list[shapely.Geometry]) -> float:
    """Return the total area that shapes of ``left`` share with shapes of ``right``."""
    a, b = STRtree(right).query(left, predicate="intersects")
    return float(shapely.area(shapely.intersection(np.asarray(left)[a], np.asarray(right)[b])).sum())


def test_parcels_do_not_overlap(parcels: gpd.GeoDataFrame) -> None:
    shapes = parcels.geometry.to_numpy()
    a, b = STRtree(shapes).query(shapes, predicate="intersects")
    one = a < b
    assert shapely.area(shapely.intersection(shapes[a[one]], shapes[b[one]])).max() < 0.5


def test_parcels_are_valid_and_numbered_once(parcels: gpd.GeoDataFrame) -> None:
    assert 5_500 <= len(parcels) <= 6_800
    assert parcels.is_valid.all()
    assert (parcels.geom_type == "Polygon").all()
    assert parcels["DKBH"].is_unique
    assert parcels["DKBH"].str.fullmatch(r"(LY|QH|DP|YL)\d{2}-\d{3}-\d{2}").all()


def test_registered_parcels_carry_a_code_of_19_places(parcels: gpd.GeoDataFrame) -> None:
    codes = parcels.loc[parcels["ZDDM"] != "", "ZDDM"]
    assert codes.str.fullmatch(r"\d{6}\d{3}\d{3}[GJZ][A-Z]\d{5}").all()
    assert codes.is_unique
    assert (codes.str[:6] == parcels.loc[codes.index, "XZQ"]).all()
    assert (parcels["ZDDM"] == "").mean() > 0.1
    assert (parcels["ZDMJ"].notna() == (parcels["ZDDM"] != "")).all()


def test_certified_areas_are_the_drawn_ones_but_for_a_few(parcels: gpd.GeoDataFrame) -> None:
    registered = parcels[parcels["ZDMJ"].notna()]
    off = (registered["ZDMJ"] / registered.area - 1).abs()
    assert off.median() < 0.001
    assert 0.003 < (off > 0.01).mean() < 0.03


def test_parcels_lie_neither_in_water_nor_on_roads(data: Path, parcels: gpd.GeoDataFrame) -> None:
    shapes = list(parcels.geometry)
    water = list(_layer(data, "base.gpkg", "water").geometry)
    lanes = list(_layer(data, "base.gpkg", "roads").buffer(2).geometry)
    assert _overlap_m2(shapes, water) < 1
    assert _overlap_m2(shapes, lanes) < 1


def test_parcels_are_no_grid(parcels: gpd.GeoDataFrame) -> None:
    frames = shapely.get_coordinates(shapely.oriented_envelope(parcels.geometry.to_numpy())).reshape(-1, 5, 2)
    side = frames[:, 1] - frames[:, 0]
    turns = np.degrees(np.arctan2(side[:, 1], side[:, 0])) % 90
    shares = np.histogram(turns, bins=18, range=(0, 90))[0] / len(turns)
    assert shares.max() < 0.25
    assert (shares > 0.01).sum() >= 14
    low, high = np.percentile(parcels.area, [10, 90])
    assert high > 6 * low


def test_town_is_built_and_the_country_is_not(parcels: gpd.GeoDataFrame) -> None:
    away = parcels.distance(CENTRE)
    built = parcels["ZT"] == "建成"
    town = parcels["YTDM"].str[:2].isin(["07", "08", "09"]) & ~parcels["YTDM"].isin(["0703", "0704"])
    assert built[town & (away < 2_500)].mean() > 0.75
    assert built[parcels["YTDM"].str.startswith(("01", "02"))].mean() == 0
    park = parcels["YQ"] != ""
    assert 0.1 < parcels[park]["ZT"].isin(["净地", "供应中"]).mean() < 0.35


def test_parcels_to_promote_are_mostly_clear(parcels: gpd.GeoDataFrame) -> None:
    shown = parcels["KTJ"] == "是"
    assert 0.08 <= shown.mean() <= 0.12
    assert parcels[shown]["ZT"].isin(["净地", "供应中", "入库储备"]).mean() > 0.75
    assert shown[parcels["ZT"] == "净地"].mean() > 0.5


def test_parcels_lie_in_the_sub_district_they_name(data: Path, parcels: gpd.GeoDataFrame) -> None:
    zones = _layer(data, "zones.gpkg", "jd").set_index("XZQMC")
    spots = parcels.representative_point()
    home = zones.geometry.reindex(parcels["JD"]).to_numpy()
    assert shapely.covers(home, spots.to_numpy()).mean() > 0.999
    assert (zones["SSQDM"].reindex(parcels["JD"]).to_numpy() == parcels["XZQ"]).all()


@pytest.mark.parametrize(("layer", "count"), [("xzq", 4), ("jd", 19)])
def test_zones_tile_the_city_with_grown_borders(data: Path, layer: str, count: int) -> None:
    zones = _layer(data, "zones.gpkg", layer)
    assert len(zones) == count
    whole = shapely.union_all(zones.geometry.to_numpy())
    assert zones.area.sum() == pytest.approx(whole.area, rel=1e-6)
    assert (zones.area / zones.minimum_rotated_rectangle().area).median() < 0.8
    assert not [
        ring
        for part in shapely.get_parts(whole)
        for ring in part.interiors
        if shapely.Polygon(ring).area > 100
    ]


def test_district_borders_follow_the_river(data: Path) -> None:
    border = shapely.union_all(_layer(data, "zones.gpkg", "xzq").boundary.to_numpy())
    water = _layer(data, "base.gpkg", "water")
    river = water.loc[water["class"] == "river"].geometry.iloc[0]
    assert border.intersection(river).length > 8_000


def test_parks_have_three_levels_and_whole_parcels(data: Path, parcels: gpd.GeoDataFrame) -> None:
    parks = gpd.read_file(data / "parks.geojson").to_crs(4528)
    assert parks["园区级别"].value_counts().to_dict() == {"国家级": 1, "省级": 3, "市级": 3}
    assert parks["主导产业"].str.contains("、").all()
    for name, shape in zip(parks["园区名称"], parks.geometry, strict=True):
        own = parcels[parcels["YQ"] == name]
        assert len(own) > 40
        assert own.intersection(shape.buffer(30)).area.sum() > 0.98 * own.area.sum()


def test_roads_form_a_hierarchy(data: Path) -> None:
    roads = _layer(data, "base.gpkg", "roads")
    length = roads.length.groupby(roads["class"]).sum()
    assert set(length.index) == {"expressway", "arterial", "secondary", "local"}
    assert length["expressway"] < length["arterial"] < length["local"]


def test_constraints_bite_here_and_there(data: Path, parcels: gpd.GeoDataFrame) -> None:
    for layer in ["永久基本农田", "采煤沉陷区", "文物保护", "高压走廊"]:
        touched = STRtree(parcels.geometry.to_numpy()).query(
            _layer(data, "constraints.gpkg", layer).geometry.to_numpy(), predicate="intersects"
        )[1]
        assert 10 < len(np.unique(touched)) < 0.25 * len(parcels), layer


def test_town_lies_within_the_development_boundary(data: Path, parcels: gpd.GeoDataFrame) -> None:
    zones = _layer(data, "constraints.gpkg", "城镇开发边界")
    assert set(zones["类型"]) == {"集中建设区", "弹性发展区", "特别用途区"}
    inside = shapely.union_all(zones.geometry.to_numpy())
    shapely.prepare(inside)
    rural = parcels["YTDM"].str.startswith(RURAL_USES)
    covered = shapely.contains_xy(
        inside, *shapely.get_coordinates(parcels.representative_point().to_numpy()).T
    )
    assert covered[~rural].mean() > 0.95
    assert covered[rural].mean() < 0.3

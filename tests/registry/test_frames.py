"""Features as a GeoDataFrame say what the API says, to whom it says it."""

from __future__ import annotations

import json

import geopandas as gpd

from geoservice.access.policy import read_policy
from geoservice.access.principals import ANONYMOUS, OPERATOR, Principal
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.frames import feature_frame
from geoservice.registry.moment import Moment
from tests.fixtures.services import Filled

POLICY = read_policy()


def _query(name: str, principal: Principal) -> FeatureQuery:
    return FeatureQuery(COLLECTIONS[name], Moment.today(), principal, POLICY.view(principal, name))


def test_a_frame_holds_what_the_pages_hold(standing: Filled) -> None:
    query = _query("parcels", OPERATOR)
    with standing.service.database.read() as connection:
        frame = feature_frame(connection, query)
        pages = list(features.pages(connection, query, limit=7))
    served = [feature for page in pages for feature in json.loads(f"[{page.features}]")]
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "OGC:CRS84"
    assert frame.index.tolist() == [feature["id"] for feature in served]
    assert frame["area_m2"].tolist() == [feature["properties"]["area_m2"] for feature in served]
    assert frame.geometry.is_valid.all()


def test_a_frame_shows_a_reader_no_more_than_the_api(standing: Filled) -> None:
    with standing.service.database.read() as connection:
        public = feature_frame(connection, _query("parcels", ANONYMOUS))
        everything = feature_frame(connection, _query("parcels", OPERATOR))
    assert 0 < len(public) < len(everything)
    assert "mortgaged" in everything
    assert "mortgaged" not in public


def test_what_has_no_place_is_in_the_frame(standing: Filled) -> None:
    with standing.service.database.read() as connection:
        frame = feature_frame(connection, _query("projects", OPERATOR))
    assert frame.geometry.isna().tolist() == [not mapped for mapped in frame["mapped"]]


def test_an_empty_frame_still_has_its_columns(standing: Filled) -> None:
    query = _query("parcels", OPERATOR)
    with standing.service.database.read() as connection:
        frame = feature_frame(
            connection,
            FeatureQuery(query.collection, Moment(query.moment.day.replace(1999)), OPERATOR, query.view),
        )
    assert len(frame) == 0
    assert "parcel_number" in frame

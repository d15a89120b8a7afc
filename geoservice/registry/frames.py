"""Features as a GeoDataFrame, for notebooks, exports and analyses: the same question, the same policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import orjson
from sqlalchemy import Connection

from geoservice.registry.features import FeatureQuery, pages, shown_fields


def feature_frame(connection: Connection, query: FeatureQuery) -> gpd.GeoDataFrame:
    """Return every feature a question finds as a frame in CRS84, indexed by key.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        As the API asks it; the frame holds what the principal sees and no more.

    Notes
    -----
    O(features). Coordinates are the served ones (7 decimals); features without a place have none.
    """
    relation = query.collection.relation(query.moment, query.view)
    columns = [*shown_fields(relation, query.view), "geometry"]
    frame = gpd.GeoDataFrame.from_features(_features(connection, query), crs="OGC:CRS84", columns=columns)
    return frame.set_index("key", drop=False) if "key" in frame else frame


def _features(connection: Connection, query: FeatureQuery) -> Iterator[dict[str, Any]]:
    for page in pages(connection, query):
        yield from orjson.loads(b"[%b]" % page.body)

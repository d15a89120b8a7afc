"""The features of a named map, read in one transaction for a reader: what files and sheets are made of."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection

from geoservice.access.principals import Principal
from geoservice.cartography import MapDefinition
from geoservice.errors import Forbidden
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.registry.places import base_layers
from geoservice.service import Service

Features = list[dict[str, Any]]


def map_features(
    connection: Connection, service: Service, principal: Principal, definition: MapDefinition, moment: Moment
) -> tuple[dict[str, Features], dict[str, Features]]:
    """Return the features of every source of a map, and of every theme of its ground.

    What the principal does not see is left out, as everywhere. O(features).
    """
    themes = base_layers(connection, moment)
    found: dict[str, Features] = {}
    base: dict[str, Features] = {}
    for source in definition.sources:
        kind, _, rest = source.partition(":")
        if kind == "base":
            codes = themes.get(rest, [])
            base[rest] = [
                one for code in codes for one in _layer(connection, service, principal, code, moment)
            ]
        elif kind == "layer":
            found[source] = _layer(connection, service, principal, rest, moment)
        else:
            found[source] = read_collection(connection, service, principal, kind, moment)
    return found, base


def read_collection(
    connection: Connection,
    service: Service,
    principal: Principal,
    name: str,
    moment: Moment,
    filters: Filters | None = None,
) -> Features:
    """Return the features of a collection as the principal sees them; none of a collection they do not see."""
    try:
        view = service.policy.view(principal, name)
        query = FeatureQuery(COLLECTIONS[name], moment, principal, view, filters or Filters())
        pages = [orjson.loads(b"[%b]" % page.body) for page in features.pages(connection, query)]
    except Forbidden:
        return []
    return [one for page in pages for one in page]


def _layer(
    connection: Connection, service: Service, principal: Principal, code: str, moment: Moment
) -> Features:
    filters = Filters(equal={"layer": (code,)})
    return read_collection(connection, service, principal, "layer_features", moment, filters)

"""A named map as one file: the same definitions, the same questions, the features inside the page."""

from __future__ import annotations

from typing import Any, Literal

import orjson
from sqlalchemy import Connection

from geoservice.access.principals import Principal
from geoservice.cartography import PUBLIC_NOTICE, Page, Text, build_map, find_definition, render
from geoservice.errors import Forbidden
from geoservice.exports.holds import without_holds
from geoservice.model.vocabulary import Role
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.details import DETAILS, project_details
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.registry.places import base_layers, city_bounds
from geoservice.registry.settings import read_city
from geoservice.service import Service
from geoservice.web.pages import stamp


def single_file(service: Service, principal: Principal, name: str, moment: Moment, language: str) -> str:
    """Return the HTML of a named map with everything inside that the principal may see.

    Notes
    -----
    O(features shown). All features are read in one transaction, so that the file shows one state.
    """
    definition = find_definition(name, service.settings.maps_dir)
    with service.database.read() as connection:
        city = read_city(connection)
        bounds = city_bounds(connection, city, moment)
        themes = base_layers(connection, moment)
        sources = {
            source: _source(connection, service, principal, source, themes, moment)
            for source in definition.sources
        }
    page = Page(
        city=Text(city.name, city.name_en),
        mode="inline",
        language=_language(language),
        as_of=moment.day,
        bounds=bounds,
        notice=PUBLIC_NOTICE if principal.role is Role.PUBLIC else None,
        stamp=stamp(city),
        viewer=Text(principal.role.zh, principal.role.en),
    )
    return render(build_map(definition, sources, page))


def _source(
    connection: Connection,
    service: Service,
    principal: Principal,
    source: str,
    themes: dict[str, list[str]],
    moment: Moment,
) -> Any:
    kind, _, rest = source.partition(":")
    try:
        if kind == "base":
            return [
                _layer(connection, service, principal, code, moment) for code in themes.get(rest, [])
            ] or None
        if kind == "layer":
            return _layer(connection, service, principal, rest, moment)
        text = _collection(connection, service, principal, kind, moment, Filters())
    except Forbidden:
        return None
    return _with_details(connection, service, principal, text, moment) if kind == "projects" else text


def _layer(connection: Connection, service: Service, principal: Principal, code: str, moment: Moment) -> str:
    filters = Filters(equal={"layer": (code,)})
    return _collection(connection, service, principal, "layer_features", moment, filters)


def _collection(
    connection: Connection,
    service: Service,
    principal: Principal,
    name: str,
    moment: Moment,
    filters: Filters,
) -> str:
    view = service.policy.view(principal, name)
    query = FeatureQuery(COLLECTIONS[name], moment, principal, view, filters)
    found = ",".join(page.features for page in features.pages(connection, query))
    if name == "availability":
        found = _neutral(found)
    return f'{{"type":"FeatureCollection","features":[{found}]}}'


def _neutral(found: str) -> str:
    """Say nothing of holds: a file leaves the house as an export does."""
    parsed = orjson.loads(f"[{found}]")
    for feature in parsed:
        told = {name: [value] for name, value in feature["properties"].items()}
        feature["properties"] = {name: values[0] for name, values in without_holds(told).items()}
    return orjson.dumps(parsed).decode()[1:-1]


def _with_details(
    connection: Connection, service: Service, principal: Principal, text: str, moment: Moment
) -> str:
    """Put what the card fetches from the service into the features, since a file has no service to ask."""
    document = orjson.loads(text)
    for feature in document["features"]:
        details = project_details(connection, service.policy, principal, feature["id"], moment)
        feature["properties"] |= {name: details[name] for name in DETAILS}
    return orjson.dumps(document).decode()


def _language(text: str) -> Literal["zh", "en"]:
    return "en" if text == "en" else "zh"

"""Where a served map finds what it shows: features of small lists, tiles and rolls of large ones, reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from sqlalchemy import Connection

from geoservice.access.principals import Principal
from geoservice.cartography import Dated, LayerDefinition, MapDefinition, Tiled
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment
from geoservice.registry.tiles.specs import DETAIL_ZOOM, SPECS
from geoservice.service import Service
from geoservice.web.ogc.tiles import tiles_version
from geoservice.web.questions import MAX_LIMIT

FEW: Final = 2_000
"""Up to here features come as a whole, and are seen one by one from afar as well."""

SOME: Final = 20_000
"""Up to here tiles hold features from the city's own zoom on; beyond, from the zoom of details."""

CITY_ZOOM: Final = 11
"""From this zoom on a city of some features is seen one by one."""

CHANGES_SINCE_DAYS: Final = 30
"""How far the map of changes looks back unless asked otherwise."""

_REPORTS: Final = {
    "contradictions": ("/v1/contradictions", "reports:read"),
    "blockers": ("/v1/lists/blockers", "reports:read"),
    "changes": ("/v1/changes", "map:read"),
    "park_figures": ("/v1/lists/parks", "parks:read"),
}
_ALWAYS: Final = (
    "key",
    "name",
    "parcel_number",
    "project_number",
    "task_number",
    "code",
    "park",
    "park_name",
    "district",
    "district_name",
    "late",
    "side_state",
    "recorded_at",
)
"""What every list needs to name, place and badge its rows."""


@dataclass(frozen=True)
class Asking:
    """Who asks for a map, and for which days.

    Attributes
    ----------
    service, principal : Service, Principal
        The service, and the reader.
    moment : Moment
        The day shown.
    day : date or None
        The same where the reader asked for it; addresses then say so.
    since : date or None
        The day changes are counted from.
    """

    service: Service
    principal: Principal
    moment: Moment
    day: date | None
    since: date | None = None

    @property
    def root(self) -> str:
        """Return the prefix of the service's addresses."""
        return self.service.settings.base_path

    @property
    def period(self) -> tuple[date, date]:
        """Return the two days changes are counted between."""
        return self.since or self.moment.day - timedelta(days=CHANGES_SINCE_DAYS), self.moment.day

    def shows(self, definition: MapDefinition) -> bool:
        """Say whether the reader sees what a map is about."""
        source = next(layer.source for layer in definition.layers if layer.id == definition.main)
        if source in _REPORTS:
            return self.allows(_REPORTS[source][1])
        return self.sees("layer_features" if source.startswith("layer:") else source)

    def allows(self, permission: str) -> bool:
        """Say whether the reader holds a permission."""
        return self.service.policy.allows(self.principal, permission)

    def query(self, name: str) -> FeatureQuery:
        """Return the reader's question to a collection."""
        view = self.service.policy.view(self.principal, name)
        return FeatureQuery(COLLECTIONS[name], self.moment, self.principal, view)

    def sees(self, name: str) -> bool:
        """Say whether the policy shows the reader a collection."""
        return (self.principal.role.value, name) in self.service.policy.views


def served_sources(
    connection: Connection, asking: Asking, definition: MapDefinition, themes: dict[str, list[str]]
) -> dict[str, Any]:
    """Return the sources of a served map by name; ``None`` for what the reader may not see."""
    sources: dict[str, Any] = {}
    for name in definition.sources:
        kind, _, rest = name.partition(":")
        layers = [layer for layer in definition.layers if layer.source == name]
        if kind == "base":
            sources[name] = [_layer(asking, code) for code in themes.get(rest, [])] or None
        elif kind == "layer":
            sources[name] = _layer(asking, rest) if asking.sees("layer_features") else None
        elif kind in _REPORTS:
            sources[name] = _report(asking, kind)
        elif not asking.sees(kind):
            sources[name] = None
        elif kind in SPECS and SPECS[kind].counted:
            sources[name] = _counted(connection, asking, kind, layers, definition)
        else:
            sources[name] = f"{asking.root}/v1/{kind}?{_asked(asking, limit=MAX_LIMIT)}"
    return sources


def roll_fields(name: str, layers: Iterable[LayerDefinition], asking: Asking) -> list[str]:
    """Return the fields of a collection the layers draw on and the reader sees."""
    query = asking.query(name)
    known = query.collection.relation(query.moment, query.view).fields
    wanted = dict.fromkeys([*_ALWAYS, *(field for layer in layers for field in layer.fields)])
    return [field for field in wanted if field in known and query.view.shows(field)]


def _counted(
    connection: Connection,
    asking: Asking,
    name: str,
    layers: list[LayerDefinition],
    definition: MapDefinition,
) -> Dated | Tiled:
    query = asking.query(name)
    drawn = next((layer.draw for layer in layers if layer.draw != "auto"), "auto")
    version = tiles_version(connection, asking.service, query)
    count = _size(connection, query, version)
    if query.view.geometry != "full" or drawn == "features" or (drawn == "auto" and count <= FEW):
        address = f"{asking.root}/v1/{name}?{_asked(asking, limit=MAX_LIMIT)}"
        return Dated(address, _roll(asking, name, ["key"]))
    listed = any(layer.legend or layer.id == definition.main or layer.figures for layer in layers)
    few = count <= SOME
    tiles = f"{asking.root}/ogc/collections/{name}/tiles/WebMercatorQuad"
    return Tiled(
        collection=name,
        tiles=f"{tiles}/{{z}}/{{y}}/{{x}}?{_asked(asking, v=version, detail='all')}",
        roll=_roll(asking, name, roll_fields(name, layers, asking)) if listed else None,
        track=SPECS[name].track,
        # A tile of the zoom above covers four: a quarter of the requests, each worth making.
        tile_zoom=CITY_ZOOM - 1 if few else DETAIL_ZOOM - 1,
        donuts_below=CITY_ZOOM if few else DETAIL_ZOOM,
        units=not few,
    )


def _size(connection: Connection, query: FeatureQuery, version: str) -> int:
    """Return how many features there are, as far as it matters; counted once for each state of a collection."""
    if version not in _SIZES:
        if len(_SIZES) >= _MOST_SIZES:
            _SIZES.clear()
        _SIZES[version] = features.count_up_to(connection, query, SOME + 1)
    return _SIZES[version]


_SIZES: Final[dict[str, int]] = {}
_MOST_SIZES: Final = 500


def _roll(asking: Asking, name: str, fields: list[str]) -> str:
    return f"{asking.root}/v1/rolls/{name}?{_asked(asking, fields=','.join(fields))}"


def _layer(asking: Asking, code: str) -> str:
    return f"{asking.root}/v1/layers/{quote(code)}/features?{_asked(asking, limit=MAX_LIMIT)}"


def _report(asking: Asking, name: str) -> str | None:
    path, permission = _REPORTS[name]
    if not asking.allows(permission):
        return None
    if name != "changes":
        return f"{asking.root}{path}?{_asked(asking)}".rstrip("?")
    since, until = asking.period
    days = {"from": since.isoformat(), "to": until.isoformat()}
    return f"{asking.root}{path}?{urlencode(days | {'limit': MAX_LIMIT})}"


def _asked(asking: Asking, **parameters: Any) -> str:
    when = {} if asking.day is None else {"datetime": asking.day.isoformat()}
    return urlencode(parameters | when, safe=",")

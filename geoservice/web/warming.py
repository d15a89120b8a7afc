"""After a change and at the start, what readers look at is made ready before they ask: tiles and rolls."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from geoservice import clock
from geoservice.access import accounts
from geoservice.access.principals import ANONYMOUS, Principal, Scope
from geoservice.cartography import Tiled, read_definitions
from geoservice.errors import GeoserviceError
from geoservice.geo.mvt_grid import Tile, tile_at
from geoservice.model import revision
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment
from geoservice.registry.places import city_bounds
from geoservice.registry.settings import read_city
from geoservice.registry.tiles.read import require_geometry
from geoservice.service import Service
from geoservice.web.kept import Kept, reader_of
from geoservice.web.map_sources import Asking, served_sources
from geoservice.web.ogc.tiles import tiles_version
from geoservice.web.v1.rolls import roll_etag

logger = logging.getLogger("geoservice.warming")

TICK_S: Final = 3.0
"""How often it looks whether anything changed; a series of changes is waited out."""

PAUSE_S: Final = 0.005
"""Between two answers, so that those who wait for theirs come first."""

MOST_READERS: Final = 12
"""Kinds of readers who are expected; others are served when they come."""

MOST_TILES: Final = 600
"""Of one zoom; nearer ones show little each and are drawn when they are looked at."""


class Warmer:
    """A thread that makes ready what was asked for before, whenever what it rests on has changed."""

    def __init__(self, service: Service, kept: Kept) -> None:
        self._service = service
        self._kept = kept
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread after the answer under way."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        done: Any = None
        seen: Any = None
        while not self._stop.wait(TICK_S):
            try:
                state = (self._state(), len(self._kept.wishes()))
                # What has just changed may go on changing: an import, a series of edits.
                if state != done and state == seen:
                    self.make_ready()
                    done = state
                seen = state
            except GeoserviceError as error:
                logger.warning("maps could not be made ready: %s", error)

    def _state(self) -> tuple[date, tuple[Any, ...]]:
        statement = select(revision.c.source, revision.c.number).order_by(revision.c.source)
        with self._service.database.read() as connection:
            return clock.today(), tuple(map(tuple, connection.execute(statement)))

    def make_ready(self) -> int:
        """Make every answer that was asked for and is not held; return how many wishes there were."""
        wishes = [*self._kept.wishes(), *self.expected()]
        for wish in wishes:
            try:
                self._grant(wish)
            except (GeoserviceError, KeyError, ValueError) as error:
                # A wish of an older version, or of a role that sees this no more, is none.
                logger.debug("not made ready: %s: %s", wish, error)
            if self._stop.is_set():
                break
        return len(wishes)

    def expected(self) -> list[dict[str, Any]]:
        """Return what the readers there are will ask of the maps first: tiles of two zooms, and the rolls."""
        found: list[dict[str, Any]] = []
        definitions = read_definitions(self._service.settings.maps_dir).values()
        with self._service.database.read() as connection:
            for reader in [ANONYMOUS, *accounts.readers(connection)][:MOST_READERS]:
                asking = Asking(self._service, reader, Moment.today(), None)
                for definition in filter(asking.shows, definitions):
                    for source in served_sources(connection, asking, definition, {}).values():
                        found += _wishes(reader, source)
        return found

    def _grant(self, wish: dict[str, Any]) -> None:
        query = self._query(wish)
        if wish["what"] == "roll":
            with self._service.database.read() as connection:
                etag = roll_etag(connection, self._service, query, wish["fields"])
                self._kept.roll(connection, query, etag, wish["fields"])
            return
        require_geometry(query)
        for tile in self._tiles(wish["zoom"]):
            # A transaction a tile: a long one would keep the database from tidying up.
            with self._service.database.read() as connection:
                version = tiles_version(connection, self._service, query)
                self._kept.tile(connection, query, version, tile, all_features=wish["all"])
            if self._stop.wait(PAUSE_S):
                return

    def _query(self, wish: dict[str, Any]) -> FeatureQuery:
        scopes = tuple(Scope(ScopeKind(kind), key or None) for kind, key in wish["scopes"])
        principal = Principal("warming", Role(wish["role"]), scopes)
        view = self._service.policy.view(principal, wish["collection"])
        return FeatureQuery(COLLECTIONS[wish["collection"]], Moment.today(), principal, view)

    def _tiles(self, zoom: int) -> Iterator[Tile]:
        """Yield the tiles of a zoom that cover the city, none where there are too many."""
        with self._service.database.read() as connection:
            bounds = city_bounds(connection, read_city(connection), Moment.today())
        if bounds is None:
            return
        first, last = tile_at(bounds[0], bounds[3], zoom), tile_at(bounds[2], bounds[1], zoom)
        columns, rows = range(first.x, last.x + 1), range(first.y, last.y + 1)
        if len(columns) * len(rows) <= MOST_TILES:
            yield from (Tile(zoom, x, y) for x in columns for y in rows)


def _wishes(reader: Principal, source: Any) -> list[dict[str, Any]]:
    """Return what a page with this source asks for."""
    if not isinstance(source, Tiled):
        return []
    common = {"collection": source.collection, **reader_of(reader)}
    zooms = range(source.tile_zoom, source.tile_zoom + 2)
    found = [{"what": "tiles", **common, "zoom": zoom, "all": True} for zoom in zooms]
    if isinstance(source.roll, str):
        fields = parse_qs(urlsplit(source.roll).query)["fields"][0].split(",")
        found.append({"what": "roll", **common, "fields": fields})
    return found

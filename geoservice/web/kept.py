"""Answers maps ask for again and again, made once: tiles and rolls, packed, in memory and on the shelf."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

import orjson
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.db.shelf import Shelf
from geoservice.geo.mvt_grid import Tile
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment
from geoservice.registry.roll import as_document, read_roll
from geoservice.registry.tiles.cache import TileCache
from geoservice.registry.tiles.read import is_counted, read_tile
from geoservice.registry.tiles.specs import SPECS
from geoservice.registry.tiles.units import units

_UNIT_BYTES: Final = 400
_PACKING: Final = 4
_MOST_WISHES: Final = 200


@dataclass
class Kept:
    """What is kept of one application's answers.

    Attributes
    ----------
    shelf : Shelf
        Where they outlive the process.
    memory : TileCache
        Where the latest of them are at hand.
    """

    shelf: Shelf
    memory: TileCache = field(default_factory=TileCache)
    _wished: dict[bytes, dict[str, Any]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def tile(
        self, connection: Connection, query: FeatureQuery, version: str, tile: Tile, *, all_features: bool
    ) -> bytes:
        """Return a tile packed by gzip, empty bytes where nothing lies in it.

        Parameters
        ----------
        connection : Connection
            Open transaction.
        query : FeatureQuery
            Which collection, when, for whom.
        version : str
            What names this state of the collection for this reader.
        tile : Tile
            Which tile.
        all_features : bool
            Whether features are wanted below the zoom of counts too.
        """

        def counted() -> Any:
            return self.memory.get_or_make(
                (version, "units"), lambda: units(connection, query), lambda found: len(found) * _UNIT_BYTES
            )

        def made() -> bytes:
            far = is_counted(SPECS[query.collection.name], tile) and not all_features
            return packed(
                read_tile(connection, query, tile, counted() if far else None, all_features=all_features)
            )

        name = tile_name(version, tile, all_features=all_features)
        return bytes(self.memory.get_or_make(name, lambda: self.shelf.get_or_make(name, made)))

    def roll(self, connection: Connection, query: FeatureQuery, etag: str, fields: Sequence[str]) -> bytes:
        """Return a roll as a JSON document packed by gzip; `etag` names its state for this reader.

        Raises
        ------
        InvalidInput
            If the collection has no such field.
        """

        def made() -> bytes:
            head = {"collection": query.collection.name, "datetime": query.moment.day.isoformat()}
            return packed(orjson.dumps({**head, **as_document(read_roll(connection, query, fields))}))

        name = f"roll {etag}"
        return bytes(self.memory.get_or_make(name, lambda: self.shelf.get_or_make(name, made)))

    def note(self, what: str, query: FeatureQuery, **asked: Any) -> None:
        """Remember that a reader looks at this today, so that it can be made ready after the next change."""
        if query.moment != Moment.today():
            return
        wish = {"what": what, "collection": query.collection.name, **reader_of(query.principal), **asked}
        name = orjson.dumps(wish, option=orjson.OPT_SORT_KEYS)
        with self._lock:
            if name in self._wished or len(self._wished) >= _MOST_WISHES:
                return
            self._wished[name] = wish
        self.shelf.wish(wish)

    def wishes(self) -> list[dict[str, Any]]:
        """Return what readers looked at, those of this process first."""
        with self._lock:
            own = dict(self._wished)
        others = {orjson.dumps(one, option=orjson.OPT_SORT_KEYS): one for one in self.shelf.wishes()}
        return list({**own, **others}.values())


def tile_name(version: str, tile: Tile, *, all_features: bool) -> str:
    """Return the name a tile is kept under."""
    return f"tile {version} {tile.z}/{tile.x}/{tile.y}{' all' if all_features else ''}"


def reader_of(principal: Principal) -> dict[str, Any]:
    """Return what an answer depends on of who asks: role and scope, not the person."""
    scopes = sorted([scope.kind.value, scope.key or ""] for scope in principal.scopes)
    return {"role": principal.role.value, "scopes": scopes}


def packed(body: bytes) -> bytes:
    """Pack a body once for everybody who asks."""
    return gzip.compress(body, _PACKING, mtime=0) if body else b""


def send_packed(request: Request, body: bytes, headers: dict[str, str], media_type: str) -> Response:
    """Send a packed body as it is to whoever can unpack it, else unpacked."""
    vary = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    if not _takes_gzip(request):
        return Response(gzip.decompress(body), 200, {**headers, "Vary": vary}, media_type)
    return Response(body, 200, {**headers, "Vary": vary, "Content-Encoding": "gzip"}, media_type)


def _takes_gzip(request: Request) -> bool:
    for one in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = one.strip().partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False

"""天地图 through the service: only listed layers and zooms are asked for, the key leaves it in one request alone.

The tiles are those of 天地图's WMTS in Web Mercator (``_w``), whose coordinates are CGCS2000.
"""

from __future__ import annotations

import http.client
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode, urlsplit

from geoservice.basemaps.disk import DiskCache
from geoservice.basemaps.tile import Tile
from geoservice.errors import Busy, NotFound

logger = logging.getLogger("geoservice.basemaps")

LAYERS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {"vec": (1, 18), "cva": (1, 18), "img": (1, 18), "cia": (1, 18), "ter": (1, 14), "cta": (1, 14)}
)
"""Layer → first and last zoom: 矢量, 影像, 地形 and the names on each."""

_TIMEOUT_S: Final = 8
_AT_ONCE: Final = 8
_WAIT_S: Final = 10
_LARGEST: Final = 1_000_000
_FRESH_S: Final = 30 * 86_400
_KINDS: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_OK: Final = 200


@dataclass(frozen=True)
class Tianditu:
    """A door to 天地图.

    Parameters
    ----------
    key : str
        The key (tk) of the office; never shown.
    url : str
        Where the service answers: 天地图's own address, or that of a node inside a closed network.
    cache : DiskCache
        What was fetched before.
    """

    key: str = field(repr=False)
    url: str
    cache: DiskCache = field(repr=False)
    _free: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE), repr=False)

    def tile(self, layer: str, z: int, x: int, y: int) -> Tile:
        """Return a tile, from disk where it was fetched in the last thirty days.

        Raises
        ------
        NotFound
            If the layer, the zoom or the place is none that may be asked for.
        Busy
            If too many are being fetched already, or 天地图 does not answer with a picture, and none is kept.
        """
        first, last = LAYERS.get(layer, (1, 0))
        if not (first <= z <= last and 0 <= x < 1 << z and 0 <= y < 1 << z):
            raise NotFound("There is no such tile of a base map", f"{layer}/{z}/{x}/{y}", "Ask for another.")
        name = f"{layer}-{z}-{x}-{y}"
        kept = self.cache.get(name)
        if kept is not None and kept[1] < _FRESH_S:
            return _picture(kept[0])
        try:
            tile = self._fetched(layer, z, x, y)
        except Busy:
            if kept is None:
                raise
            return _picture(kept[0])
        self.cache.put(name, tile.body)
        return tile

    def _fetched(self, layer: str, z: int, x: int, y: int) -> Tile:
        if not self._free.acquire(timeout=_WAIT_S):
            raise Busy("Too many tiles of the base map are being fetched", None, "Try again in a moment.")
        try:
            return _picture(self._asked(layer, z, x, y))
        except (OSError, http.client.HTTPException, ValueError) as error:
            # Neither the address nor the error's own words: both may hold the key.
            logger.warning("no tile %s/%s/%s/%s of 天地图: %s", layer, z, x, y, type(error).__name__)
            raise Busy(
                "The base map cannot be fetched right now", f"{layer}/{z}/{x}/{y}", "Try again in a moment."
            ) from None
        finally:
            self._free.release()

    def _asked(self, layer: str, z: int, x: int, y: int) -> bytes:
        """Return the body of one answer; a redirection is no answer, for it would carry the key elsewhere."""
        place = urlsplit(self.url)
        asked = {
            "SERVICE": "WMTS",
            "REQUEST": "GetTile",
            "VERSION": "1.0.0",
            "LAYER": layer,
            "STYLE": "default",
            "TILEMATRIXSET": "w",
            "FORMAT": "tiles",
            "TILEMATRIX": z,
            "TILEROW": y,
            "TILECOL": x,
            "tk": self.key,
        }
        connection = _connection(place.scheme, place.hostname or "", place.port)
        try:
            path = f"{place.path.rstrip('/')}/{layer}_w/wmts?{urlencode(asked)}"
            connection.request("GET", path, headers={"User-Agent": "geoservice", "Accept": "image/*"})
            answer = connection.getresponse()
            body = answer.read(_LARGEST + 1)
            if answer.status != _OK or len(body) > _LARGEST:
                raise ValueError(answer.status)
            return body
        finally:
            connection.close()


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(
            host, port, timeout=_TIMEOUT_S, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)


def _picture(body: bytes) -> Tile:
    """Return a tile whose kind its first bytes tell: what is no picture is not handed on.

    Raises
    ------
    ValueError
        If it is none.
    """
    kind = next((kind for start, kind in _KINDS.items() if body.startswith(start)), None)
    if kind is None:
        raise ValueError("no picture")
    return Tile(body, kind)

"""What surrounds a map on its page: the city, the date, the reader, the other maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from geoservice.cartography.definition import Text
from geoservice.cartography.figure import Mode

INTERNAL: Final = Text("内部资料 不得公开", "Internal – not for publication")
"""The stamp of a map that has no 审图号."""

PUBLIC_NOTICE: Final = Text("以出让公告为准", "The official land-supply notice prevails")
"""What a page says wherever the public reads it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place the header leads to."""

    title: Text
    href: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Background:
    """A base map of others: addresses of raster tiles, one upon the other, their zooms and their source."""

    name: str
    title: Text
    tiles: tuple[str, ...]
    zooms: tuple[int, int]
    source: Text


@dataclass(frozen=True, slots=True)
class Item:
    """The one thing a page is about: the layer it is on, its key and name, and the map it leads back to."""

    layer: str
    key: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Page:
    """The surroundings of one map.

    Parameters
    ----------
    city : Text
        The name of the city.
    mode : {"served", "inline"}
        A page whose scripts and data are fetched from the service, or one file with everything inside.
    language : {"zh", "en"}
        The language to start in; ``?lang=`` in the address overrides it.
    nonce : str, optional
        The Content-Security-Policy nonce of this response.
    as_of : date, optional
        The date the data stand for (数据日期).
    bounds : tuple of float, optional
        ``(minx, miny, maxx, maxy)`` in degrees, CRS84; without it the map fits to its main layer.
    maps : sequence of Link
        The map switcher; ``name`` is the map's name.
    places : sequence of Link
        The other pages of the house, beside the maps: registers, imports and so on.
    backgrounds : sequence of Background
        Base maps of others the reader may choose; none in a single file.
    notice : Text, optional
        A sentence beside the date, :data:`PUBLIC_NOTICE` for the public.
    stamp : Text, optional
        The stamp on the map: :data:`INTERNAL`, or the 审图号.
    watermark : Text, optional
        Written faintly across the whole screen and every print: whom the page was made for, and until when.
    viewer : Text, optional
        Who is reading, for example the role's name.
    account : Link, optional
        Where to sign in or out.
    today : date, optional
        The day of the reader's city; what lies beyond it is planned.
    pages : str, optional
        The address under which things have pages of their own, as ``{pages}/parcels/KEY``.
    period : tuple of date, optional
        The two days between which changes are shown.
    item : Item, optional
        The one thing the page is about; without it the page is about the map.
    history : bool
        Whether the reader may look at histories.
    static : str
        The address under which ``map/`` and ``vendor/`` are served.
    api : str
        The address of the domain API, for cards and searches; unused in a single file.
    """

    city: Text
    mode: Mode = "inline"
    language: Literal["zh", "en"] = "zh"
    nonce: str | None = None
    as_of: date | None = None
    bounds: tuple[float, float, float, float] | None = None
    maps: Sequence[Link] = ()
    places: Sequence[Link] = ()
    backgrounds: Sequence[Background] = ()
    notice: Text | None = None
    stamp: Text | None = INTERNAL
    watermark: Text | None = None
    viewer: Text | None = None
    account: Link | None = None
    today: date | None = None
    pages: str | None = None
    period: tuple[date, date] | None = None
    item: Item | None = None
    history: bool = False
    static: str = "/static"
    api: str = "/v1"

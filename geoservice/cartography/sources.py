"""Where a layer's features come from: an address to fetch, or the features themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeGuard, runtime_checkable

from geoservice.cartography.embedding import embeddable, embeddable_text
from geoservice.cartography.errors import InvalidSource


@runtime_checkable
class Frame(Protocol):
    """What a GeoDataFrame offers here."""

    crs: Any

    def to_crs(self, crs: Any) -> Frame:
        """Return the frame in another CRS."""

    def to_json(self, **options: Any) -> str:
        """Return the frame as a GeoJSON text."""


Source: TypeAlias = str | bytes | Mapping[str, Any] | Frame
"""An address (``/v1/…``), GeoJSON as text or mapping, or a GeoDataFrame with a CRS."""


@dataclass(frozen=True)
class Dated:
    """Features with the roll that holds their answers on other days.

    Attributes
    ----------
    features : Source
        The features.
    roll : str or mapping
        Address of the roll, or the roll itself.
    """

    features: Source
    roll: str | Mapping[str, Any]


@dataclass(frozen=True)
class Tiled:
    """Features as vector tiles with their roll.

    Attributes
    ----------
    collection : str
        The layer's name inside the tiles; counts from afar lie in ``{collection}_units``.
    tiles : str or mapping
        Address with ``{z}``, ``{y}`` and ``{x}``, or ``"z/x/y"`` → the tile itself.
    roll : str, mapping or None
        Address of the roll, or the roll itself; ``None`` where nothing is listed or counted.
    track : str, optional
        The attribute that carries dated answers.
    tile_zoom : int
        The lowest zoom at which tiles hold features.
    donuts_below : float
        Below this zoom rings stand for the features.
    units : bool
        Whether tiles below `tile_zoom` hold counts.
    """

    collection: str
    tiles: str | Mapping[str, bytes]
    roll: str | Mapping[str, Any] | None
    track: str | None = None
    tile_zoom: int = 13
    donuts_below: float = 13
    units: bool = True


Sources: TypeAlias = Mapping[str, Source | Sequence[Source] | Dated | Tiled | None]
"""Per source name; several are drawn as one; ``None`` leaves the layer out (the viewer may not see it)."""


def is_address(source: Source) -> TypeGuard[str]:
    """Tell an address from GeoJSON text."""
    return isinstance(source, str) and not source.lstrip().startswith("{")


def embedded(name: str, source: Source) -> str:
    """Return a source's features as JSON text that may stand inside a page.

    Parameters
    ----------
    name : str
        What errors call the source.
    source : Source
        GeoJSON in CRS84, or a GeoDataFrame in any CRS (it is transformed to CRS84).

    Raises
    ------
    InvalidSource
        When it is not a feature collection, or a frame without CRS.
    """
    if isinstance(source, Frame):
        return embeddable_text(_frame_text(name, source))
    if isinstance(source, Mapping):
        return embeddable(_checked(name, source))
    text = source.decode("utf-8") if isinstance(source, bytes) else source
    try:
        _checked(name, json.loads(text))
    except ValueError as error:
        raise InvalidSource(f"The features of {name} are not JSON", error, "Pass GeoJSON") from error
    return embeddable_text(text)


def _frame_text(name: str, frame: Frame) -> str:
    if frame.crs is None:
        raise InvalidSource(f"The frame of {name} has no CRS", None, "Set it: frame.set_crs(4490)")
    # CGCS2000 and WGS 84 differ by less than what a screen shows: identity serves.
    moved = frame if frame.crs.to_epsg() in (4490, 4326) else frame.to_crs("OGC:CRS84")
    return moved.to_json(na="null", drop_id=True, default=str)


def _checked(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not isinstance(value.get("features"), list):
        raise InvalidSource(
            f"The features of {name} are not a FeatureCollection",
            type(value).__name__,
            'Pass GeoJSON with "type": "FeatureCollection" and "features": […]',
        )
    return value

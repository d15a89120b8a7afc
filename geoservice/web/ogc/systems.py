"""Reference systems of the open door (OGC 18-058r1): CRS84, geographic ones, Web Mercator and the city's zones."""

from __future__ import annotations

import math
import re
from typing import Final

from geoservice.errors import GeoserviceError, InvalidInput
from geoservice.geo.bbox import parse_bbox
from geoservice.geo.crs import parse_crs
from geoservice.geo.served import ServedCrs
from geoservice.registry.settings import City

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
STORED: Final = f"{_EPSG}4490"
_ALWAYS: Final = (4326, 4490, 3857)
_CGCS2000: Final = range(4491, 4555)
"""Gauss-Krüger zones of CGCS2000, 3° and 6°, with and without zone number."""
_NAMES: Final = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/EPSG/(?:0|[\d.]+)/|urn:ogc:def:crs:EPSG:[\d.]*:|EPSG:)(\d{4,6})"
)
_CRS84_NAMES: Final = re.compile(
    r"https?://www\.opengis\.net/def/crs/OGC/(?:1\.3|0)/CRS84|urn:ogc:def:crs:OGC:(?:1\.3)?:CRS84|OGC:CRS84|CRS84"
)


def uris_of(city: City) -> list[str]:
    """Return the systems collections are served in, CRS84 first."""
    return [CRS84, *(f"{_EPSG}{epsg}" for epsg in _codes(city))]


def _codes(city: City) -> list[int]:
    """Return EPSG codes: the geographic ones, Web Mercator, the city's own and the 3° zones it lies in, both ways."""
    codes = [*_ALWAYS]
    zones: set[int] = set()
    own = _own(city)
    if own is not None and own in _CGCS2000:
        codes.append(own)
    if city.extent is not None:
        west, _, east, _ = city.extent
        zones |= set(range(math.floor(west / 3 + 0.5), math.floor(east / 3 + 0.5) + 1))
    for zone_number in sorted(zones & set(range(25, 46))):
        codes += [4488 + zone_number, 4509 + zone_number]
    return list(dict.fromkeys(codes))


def _own(city: City) -> int | None:
    try:
        return None if city.default_crs is None else parse_crs(city.default_crs).to_epsg()
    except GeoserviceError:
        return None


def uri_of(served: ServedCrs | None) -> str:
    """Return the name of a system; ``None`` is CRS84."""
    return CRS84 if served is None else f"{_EPSG}{served.epsg}"


def served_crs(text: str, parameter: str, city: City) -> ServedCrs | None:
    """Return the system a parameter names, ``None`` for CRS84.

    Raises
    ------
    InvalidInput
        If the collections are not served in it.
    """
    if _CRS84_NAMES.fullmatch(text.strip("[]<>")):
        return None
    named = _NAMES.fullmatch(text.strip("[]<>"))
    if named is None or int(named.group(1)) not in _codes(city):
        raise InvalidInput(
            f"{parameter} names a reference system the features are not served in",
            text,
            f"Use one of: {', '.join(uris_of(city))}.",
        )
    return ServedCrs.of(int(named.group(1)))


def read_box(text: str, served: ServedCrs | None) -> tuple[tuple[float, float, float, float] | None, object]:
    """Read a bbox: as a box in CRS84, or as the shape a filter asks for where it is none.

    Raises
    ------
    InvalidInput
        If it is no box of that system.
    """
    if served is None:
        parts = _numbers(text)
        if parts[0] > parts[2] and abs(parts[0]) <= 180 and abs(parts[2]) <= 180:
            # Across the antimeridian (RFC 7946, 5.2): two boxes, which is a shape to ask for.
            return None, {"bbox": parts}
        return parse_bbox(text), None
    first, second, third, fourth = _numbers(text)
    if first > third or second > fourth:
        raise InvalidInput("The bbox is upside down", text, "Write its lower corner first.")
    if served.epsg in (4326, 4490):
        return parse_bbox(f"{second},{first},{fourth},{third}"), None
    return None, _shape_of(served, text, (first, second, third, fourth))


def _shape_of(served: ServedCrs, text: str, box: tuple[float, float, float, float]) -> object:
    try:
        shape = served.box(*box)
    except GeoserviceError as error:
        raise InvalidInput("The bbox lies outside of its reference system", text, error.remedy) from None
    if not shape.is_valid or shape.is_empty:
        raise InvalidInput("The bbox covers no area", text, "Give two different corners.")
    ring = [list(corner) for corner in shape.exterior.coords]
    return {"type": "Polygon", "coordinates": [ring]}


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[index] for index in (0, 1, 3, 4)]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise InvalidInput(
            "A bbox is four finite numbers, or six with heights", text, "Write bbox=117.0,33.8,117.5,34.2."
        )
    return numbers

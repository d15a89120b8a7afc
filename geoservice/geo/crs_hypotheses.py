"""The readings that coordinates allow: by declaration, by magnitude, by the header's zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from pyproj import CRS

from geoservice.geo.arrays import Coordinates, Flags
from geoservice.geo.bbox import Bbox
from geoservice.geo.datum import datum_name
from geoservice.geo.projecting import geographic_of
from geoservice.geo.zones import ZONE_NUMBERS, gauss_kruger_epsg, width_of_zone_number, zone_of_crs

CHINA: Final[Bbox] = (73.0, 3.0, 136.0, 54.0)
"""Generous box of the country, seas included, in degrees."""
NORTHING_M: Final = (1.9e6, 6.0e6)
EASTING_M: Final = (1.0e5, 9.0e5)
"""Six-digit eastings (500 km at the central meridian) stay in this range within a 6° zone."""

_SWAPPED: Final = ("axes_swapped", "The north coordinate comes first; the axes are swapped", None)
_DATUM: Final = ("datum_assumed", "Numbers do not tell the datum; CGCS2000 is taken", "cgcs2000")
_GCJ: Final = (
    "maybe_gcj02",
    "Degrees without a declared system may be GCJ-02 (火星坐标), off by hundreds of metres",
    None,
)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to read coordinates.

    Attributes
    ----------
    crs : pyproj.CRS
    swapped : bool
        North (or latitude) comes first.
    tier : int
        Lower is nearer to what is declared.
    firm : bool
        May be believed without the city's extent, if it is the only one.
    reason : str
    warnings : tuple of (code, message, value)
    """

    crs: CRS
    swapped: bool
    tier: int
    firm: bool
    reason: str
    warnings: tuple[tuple[str, str, object], ...] = ()

    @property
    def as_declared(self) -> bool:
        """The declaration itself, not a correction of it."""
        return self.tier == 0


def hypotheses(
    coords: Coordinates, declared: CRS | None, header_zone: int | None, extent: Bbox | None
) -> list[Hypothesis]:
    """Return every reading worth testing against the coordinates, unordered within a tier; O(n)."""
    if declared is None:
        return list(_undeclared(coords, header_zone, extent, "cgcs2000"))
    found = list(_declared(coords, declared))
    if declared.is_geographic and not _all_degrees(coords):
        found += _metres_called_degrees(coords, declared, header_zone, extent)
    return found


def magnitudes(coords: Coordinates) -> list[str]:
    """Name the kinds of coordinates a sample holds, most frequent first; O(n).

    >>> magnitudes(np.array([[117.2, 34.2], [40500000.0, 3800000.0], [117.3, 34.3]]))
    ['degrees', 'eastings of zone 40']
    >>> magnitudes(np.array([[1e300, 0.0]]))
    ['other values']
    """
    low, high = np.minimum(*np.abs(coords.T)), np.maximum(*np.abs(coords.T))
    kinds = np.full(len(coords), "other values", dtype=object)
    kinds[(high <= 180) & (low <= 90)] = "degrees"
    kinds[_between(low, EASTING_M) & _between(high, NORTHING_M)] = "6-digit eastings"
    # An easting of a zone has eight digits; what is far beyond would not even fit a whole number.
    prefix = (np.minimum(high, 1e9) // 1e6).astype(int)
    zoned = np.isin(prefix, [n for numbers in ZONE_NUMBERS.values() for n in numbers]) & _between(
        low, NORTHING_M
    )
    kinds[zoned] = [f"eastings of zone {p}" for p in prefix[zoned]]
    names, counts = np.unique(kinds.astype(str), return_counts=True)
    return [str(name) for name in names[np.argsort(-counts, kind="stable")]]


def _declared(coords: Coordinates, declared: CRS) -> Iterator[Hypothesis]:
    name = declared.name
    yield Hypothesis(declared, False, 0, True, f"declared as {name}")
    yield Hypothesis(declared, True, 1, True, f"declared as {name}, north first", (_SWAPPED,))
    if declared.is_projected and _all_degrees(coords):
        yield from _degrees_called_metres(coords, declared)
    yield from _zone_corrections(coords, declared)


def _degrees_called_metres(coords: Coordinates, declared: CRS) -> Iterator[Hypothesis]:
    told = (
        "degrees_not_metres",
        f"{declared.name} is declared but the coordinates are degrees",
        declared.name,
    )
    for swapped in (False, True):
        warnings = (told, _SWAPPED) if swapped else (told,)
        firm = _in_china(coords[:, ::-1] if swapped else coords)
        reason = "degrees on the declared datum"
        yield Hypothesis(geographic_of(declared), swapped, 2, firm, reason, warnings)


def _zone_corrections(coords: Coordinates, declared: CRS) -> Iterator[Hypothesis]:
    """Yield the declared zone with or without its number, and the zone the eastings name instead."""
    zone, datum = zone_of_crs(declared), datum_name(declared)
    if zone is None or datum is None:
        return
    for swapped, east, _ in _easting_columns(coords):
        number = _common_prefix(east)
        also = (_SWAPPED,) if swapped else ()
        if number is None:
            if zone.numbered and _between(east, EASTING_M).all():
                told = (
                    "easting_lacks_zone",
                    "The eastings lack the zone number of the declared system",
                    zone.number,
                )
                crs = CRS.from_epsg(gauss_kruger_epsg(datum, zone.width, zone.number, False))
                yield Hypothesis(crs, swapped, 2, True, "the declared zone without its number", (told, *also))
            continue
        width = width_of_zone_number(number)
        if width is None:
            continue
        crs = CRS.from_epsg(gauss_kruger_epsg(datum, width, number, True))
        same = zone_of_crs(crs)
        if same is not None and same.central_meridian == zone.central_meridian:
            told = ("easting_has_zone", "The eastings carry a zone number the declared system lacks", number)
            yield Hypothesis(crs, swapped, 2, True, "the declared zone with its number", (told, *also))
        else:
            told = (
                "zone_contradiction",
                f"Zone {zone.number} is declared but the eastings name {number}",
                number,
            )
            yield Hypothesis(crs, swapped, 3, False, f"the eastings name zone {number}", (told, *also))


def _metres_called_degrees(
    coords: Coordinates, declared: CRS, header_zone: int | None, extent: Bbox | None
) -> Iterator[Hypothesis]:
    datum = datum_name(declared)
    told = (
        "metres_not_degrees",
        f"{declared.name} is declared but the coordinates are metres",
        declared.name,
    )
    for h in _undeclared(coords, header_zone, extent, datum or "cgcs2000"):
        kept = tuple(w for w in h.warnings if datum is None or w is not _DATUM)
        yield Hypothesis(h.crs, h.swapped, h.tier + 3, h.firm, h.reason, (told, *kept))


def _undeclared(
    coords: Coordinates, header_zone: int | None, extent: Bbox | None, datum: str
) -> Iterator[Hypothesis]:
    if _all_degrees(coords):
        yield from _degrees(coords)
        return
    for swapped, east, north in _easting_columns(coords):
        if not _between(north, NORTHING_M).all():
            continue
        also = (_DATUM, _SWAPPED) if swapped else (_DATUM,)
        number = _common_prefix(east)
        if number is not None:
            yield from _by_prefix(number, swapped, header_zone, datum, also)
        elif _between(east, EASTING_M).all():
            yield from _by_header_or_extent(swapped, header_zone, extent, datum, also)
    if _in_china(coords / 111319.49079327358):
        told = (
            "web_mercator",
            "The coordinates look like Web Mercator, usual for maps but not for surveys",
            None,
        )
        yield Hypothesis(CRS.from_epsg(3857), False, 1, False, "magnitude of Web Mercator", (told,))


def _degrees(coords: Coordinates) -> Iterator[Hypothesis]:
    """Yield degrees in both orders; within China only one order is possible, elsewhere the extent decides."""
    for swapped in (False, True):
        lonlat = coords[:, ::-1] if swapped else coords
        firm = _in_china(lonlat)
        warnings = ((_GCJ,) if firm else ()) + ((_SWAPPED,) if swapped else ())
        yield Hypothesis(
            CRS.from_epsg(4490), swapped, 1, firm, f"degrees{' within China' if firm else ''}", warnings
        )


def _by_prefix(
    number: int,
    swapped: bool,
    header_zone: int | None,
    datum: str,
    warnings: tuple[tuple[str, str, object], ...],
) -> Iterator[Hypothesis]:
    width = width_of_zone_number(number)
    if width is None:
        return
    contradicted = header_zone is not None and header_zone != number
    # Zones 13 to 15 (Xinjiang, Tibet) and Web Mercator metres of the east coast are the same numbers.
    firm = not contradicted and (number > 15 or header_zone == number)
    if contradicted:
        told = (
            "zone_contradiction",
            f"The header names zone {header_zone} but the eastings {number}",
            number,
        )
        warnings = (told, *warnings)
    crs = CRS.from_epsg(gauss_kruger_epsg(datum, width, number, True))
    tier = 2 if contradicted else 1
    yield Hypothesis(crs, swapped, tier, firm, f"the eastings name zone {number}", warnings)


def _by_header_or_extent(
    swapped: bool,
    header_zone: int | None,
    extent: Bbox | None,
    datum: str,
    warnings: tuple[tuple[str, str, object], ...],
) -> Iterator[Hypothesis]:
    width = width_of_zone_number(header_zone) if header_zone is not None else None
    if header_zone is not None and width is not None:
        crs = CRS.from_epsg(gauss_kruger_epsg(datum, width, header_zone, False))
        yield Hypothesis(
            crs, swapped, 1, True, f"6-digit eastings, the header names zone {header_zone}", warnings
        )
    elif extent is not None:
        # 6° zones share their meridians with 3° ones: the coordinates are the same.
        for number in ZONE_NUMBERS[3]:
            crs = CRS.from_epsg(gauss_kruger_epsg(datum, 3, number, False))
            reason = f"6-digit eastings that fall into the extent on meridian {3 * number}°E"
            yield Hypothesis(crs, swapped, 2, False, reason, warnings)


def _easting_columns(coords: Coordinates) -> Iterator[tuple[bool, Coordinates, Coordinates]]:
    yield False, coords[:, 0], coords[:, 1]
    yield True, coords[:, 1], coords[:, 0]


def _common_prefix(east: Coordinates) -> int | None:
    """Return the zone number that all eastings carry, if they agree and keep near a central meridian."""
    prefixes = np.unique(east // 1e6)
    if len(prefixes) != 1 or not _between(east - prefixes[0] * 1e6, EASTING_M).all():
        return None
    number = int(prefixes[0])
    return number if width_of_zone_number(number) is not None else None


def _all_degrees(coords: Coordinates) -> bool:
    size = np.abs(coords)
    return bool((size.max(axis=1) <= 180).all() and (size.min(axis=1) <= 90).all())


def _in_china(lonlat: Coordinates) -> bool:
    return bool(((lonlat >= CHINA[:2]) & (lonlat <= CHINA[2:])).all())


def _between(values: Coordinates, limits: tuple[float, float]) -> Flags:
    inside: Flags = (values >= limits[0]) & (values <= limits[1])
    return inside

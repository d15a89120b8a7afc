"""Decide in which reference system coordinates are given: by evidence, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from geoservice.geo.arrays import Coordinates
from geoservice.geo.bbox import Bbox
from geoservice.geo.crs_hypotheses import CHINA, Hypothesis, hypotheses, magnitudes
from geoservice.geo.crs_plausibility import Fit, fit

__all__ = ["CrsFinding", "CrsWarning", "detect_crs"]

CrsWarning: TypeAlias = tuple[str, str, object]
"""Code, message and value."""

DECLARED_SHARE: Final = 0.9
"""A declared system stands when this share of the sample lies where it is used; strays are rows' faults."""
OUT_OF_ZONE_DEG: Final = 0.05
"""Beyond half the zone's width by more than this (5 km) is worth a warning."""


@dataclass(frozen=True, slots=True)
class CrsFinding:
    """What was found out about the reference system of coordinates.

    Attributes
    ----------
    crs : pyproj.CRS or None
        The system, ``None`` where it is undecidable.
    evidence : list of str
        Why, in words.
    warnings : list of (code, message, value)
        Codes: ``axes_swapped``, ``zone_contradiction``, ``easting_has_zone``, ``easting_lacks_zone``,
        ``degrees_not_metres``, ``metres_not_degrees``, ``datum_assumed``, ``maybe_gcj02``, ``web_mercator``,
        ``out_of_zone``, ``outside_extent``, ``stray_coordinates``, ``header_zone_unused``.
    question : str or None
        What a person must answer when ``crs`` is ``None``.
    swap_axes : bool
        The coordinates are given north (or latitude) first: swap them before transforming.
    """

    crs: CRS | None
    evidence: list[str] = field(default_factory=list)
    warnings: list[CrsWarning] = field(default_factory=list)
    question: str | None = None
    swap_axes: bool = False


def detect_crs(
    bounds_or_coords: npt.ArrayLike,
    declared: CRS | None,
    header_zone: int | None = None,
    extent: Bbox | None = None,
) -> CrsFinding:
    """Find the reference system of coordinates from what is declared, their magnitude and the city's extent.

    A declaration that fits is believed. Without one, degrees within China are geographic; an 8-digit easting
    names its zone; a 6-digit one needs the header's zone or the extent. Contradictions are settled only where
    a single reading remains possible, else the answer is a question: nothing is guessed. Which datum metres
    are on cannot be told from numbers; CGCS2000 is taken with a warning.

    Parameters
    ----------
    bounds_or_coords : (n, 2) or (4,) array
        A sample of coordinates as the file gives them (east or longitude first where the reader knows), or a
        bounding box.
    declared : pyproj.CRS, optional
        What .prj, header or mapping say.
    header_zone : int, optional
        带号 of a survey header: 25–45 (3°) or 13–23 (6°).
    extent : (minx, miny, maxx, maxy), optional
        Where the city is, in degrees: the arbiter between readings that are equally possible.

    Returns
    -------
    CrsFinding
        O(n) for each of at most some thirty readings; pass a sample, not a million points.

    Examples
    --------
    >>> found = detect_crs([[40500000.0, 3800000.0]], None)
    >>> found.crs.name, [code for code, _, _ in found.warnings]
    ('CGCS2000 / 3-degree Gauss-Kruger zone 40', ['datum_assumed'])
    >>> detect_crs([[500000.0, 3800000.0]], None).question
    'Eastings of six digits need a zone (带号): which zone or central meridian is it?'
    """
    coords = _sample(bounds_or_coords)
    if not len(coords):
        return CrsFinding(None, question="There are no finite coordinates: what does the file contain?")
    readings = [(h, fit(h, coords, extent)) for h in hypotheses(coords, declared, header_zone, extent)]
    possible = [(h, f) for h, f in readings if f.share >= (DECLARED_SHARE if h.as_declared else 1.0)]
    chosen = _choose(possible, extent)
    if chosen is None:
        return CrsFinding(
            None, [_describe(coords)], question=_question(coords, declared, header_zone, possible)
        )
    return _finding(*chosen, coords, header_zone, extent)


def _sample(given: npt.ArrayLike) -> Coordinates:
    coords = np.asarray(given, dtype=np.float64)
    if coords.shape == (4,):
        coords = coords.reshape(2, 2)
    coords = coords.reshape(-1, 2)
    return coords[np.isfinite(coords).all(axis=1)]


def _choose(possible: list[tuple[Hypothesis, Fit]], extent: Bbox | None) -> tuple[Hypothesis, Fit] | None:
    """Return the one reading that stands: as declared, else the best tier if it holds only one."""
    inside = [(h, f) for h, f in possible if f.inside]
    declared = [(h, f) for h, f in possible if h.as_declared]
    if declared:
        # Only a firm reading (swapped axes) that hits the city may overrule a declaration that misses it.
        better = [(h, f) for h, f in inside if h.firm]
        return declared[0] if declared[0] in inside or not better else _only(better)
    return _only(inside) if inside else _only([(h, f) for h, f in possible if h.firm])


def _only(readings: list[tuple[Hypothesis, Fit]]) -> tuple[Hypothesis, Fit] | None:
    best = [r for r in readings if r[0].tier == min(h.tier for h, _ in readings)]
    return best[0] if len(best) == 1 else None


def _finding(
    reading: Hypothesis, measured: Fit, coords: Coordinates, header_zone: int | None, extent: Bbox | None
) -> CrsFinding:
    evidence = [_describe(coords), reading.reason]
    warnings: list[CrsWarning] = list(reading.warnings)
    if extent is not None and measured.inside:
        evidence.append("the coordinates fall into the configured extent")
    if extent is not None and not measured.inside:
        message = "The coordinates lie outside the configured extent of the city"
        warnings.append(("outside_extent", message, tuple(round(v, 4) for v in measured.bounds)))
    if measured.share < 1:
        stray = round((1 - measured.share) * len(coords))
        message = "Some coordinates lie where the reference system is not used"
        warnings.append(("stray_coordinates", message, stray))
    if measured.beyond_zone_deg > OUT_OF_ZONE_DEG:
        message = (
            "The coordinates reach beyond the edge of their zone, in degrees; planar areas are distorted"
        )
        warnings.append(("out_of_zone", message, round(measured.beyond_zone_deg, 3)))
    if header_zone is not None and measured.zone_number not in {None, header_zone}:
        message = "The header names another zone (带号) than the coordinates and their declaration"
        warnings.append(("header_zone_unused", message, header_zone))
    return CrsFinding(reading.crs, evidence, warnings, None, reading.swapped)


def _describe(coords: Coordinates) -> str:
    (x1, y1), (x2, y2) = coords.min(axis=0), coords.max(axis=0)
    return f"first coordinate {x1:.10g} to {x2:.10g}, second {y1:.10g} to {y2:.10g}"


def _question(coords: Coordinates, declared: CRS | None, header_zone: int | None, possible: list[Any]) -> str:
    names = sorted({f"{h.crs.name}{' with swapped axes' if h.swapped else ''}" for h, _ in possible})
    if declared is not None:
        also = f" They would fit {' or '.join(names)}." if names else ""
        return f"The coordinates contradict the declared {declared.name}.{also} Which system are they in?"
    if 1 < len(names) <= 4:
        return f"The coordinates fit {' and '.join(names)}: which is it?"
    kinds = magnitudes(coords)
    if len(kinds) > 1:
        return f"The coordinates mix {', '.join(kinds)}: which belong to this layer, in which system?"
    if kinds == ["6-digit eastings"]:
        if header_zone is not None:
            return f"The coordinates do not fit zone {header_zone} of the header: which zone is it?"
        return "Eastings of six digits need a zone (带号): which zone or central meridian is it?"
    west, south, east, north = CHINA
    return (
        f"Neither degrees within {west:g}-{east:g}°E, {south:g}-{north:g}°N nor Gauss-Krüger metres: "
        "which coordinate reference system is it?"
    )

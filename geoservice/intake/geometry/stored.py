"""From raw shapes to stored ones: transformed, of the right kind, repaired where only one way is possible."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely

from geoservice.geo.arrays import Floats, Geometries, as_geometries
from geoservice.geo.errors import CoordinatesRefused
from geoservice.geo.grid import snap
from geoservice.geo.measure import area_m2, planar_area_m2
from geoservice.geo.validity import defects, polygons_only, repair
from geoservice.intake.findings import Finding, Place, finding
from geoservice.intake.geometry.placing import placed
from geoservice.intake.geometry.reference import Reference
from geoservice.intake.nouns import ANY_SHAPE, POINT_NOUNS, wants_polygon
from geoservice.intake.table import Rows

_DEFECTS: Final = {
    "too_few_points": ("点数不足", "ring with too few points"),
    "self_intersection": ("自相交", "self-intersection"),
    "self_touch": ("自相接", "ring touching itself"),
    "ring_crossing": ("环相交", "crossing of rings"),
    "hole_outside": ("洞在外环之外", "hole outside its shell"),
    "nested_holes": ("洞中套洞", "hole within a hole"),
    "nested_parts": ("部件重叠", "part within a part"),
    "disconnected": ("被洞切断", "interior cut into pieces"),
    "invalid": ("无效", "defect"),
    "nonfinite": ("坐标不是数字", "coordinate that is no number"),
}
_REMARKS: Final = {
    "spike": "geometry_spike",
    "tiny_hole": "geometry_tiny_hole",
    "duplicate_points": "geometry_repeated_points",
}
_KINDS: Final = {
    0: ("点", "a point"),
    1: ("线", "a line"),
    2: ("线", "a line"),
    3: ("面", "a polygon"),
    4: ("多点", "several points"),
    5: ("线", "lines"),
    6: ("面", "a polygon"),
    7: ("混合图形", "a mixed collection"),
}
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7


@dataclass
class Shapes:
    """Shapes of a file as they will be stored, aligned with its rows.

    Attributes
    ----------
    geometry : ndarray of geometries
        EPSG:4490, on the grid, sound; ``None`` where a row has no usable shape.
    original : ndarray of geometries
        As the file has them.
    crs : str
        System of the originals, marked with its accuracy where that is less than a survey's.
    area_m2, planar_area_m2 : ndarray of float
        Ellipsoidal, and planar in the shape's own 3° zone; ``NaN`` without a shape.
    findings : list of Finding
    """

    geometry: Geometries
    original: Geometries
    crs: str
    area_m2: Floats = field(default_factory=lambda: np.empty(0))
    planar_area_m2: Floats = field(default_factory=lambda: np.empty(0))
    findings: list[Finding] = field(default_factory=list)


def prepare(raw: Geometries, rows: Rows, reference: Reference, noun_name: str) -> Shapes:
    """Return the stored form of raw shapes with a finding for everything that is odd; O(coordinates).

    Parameters
    ----------
    raw : ndarray of geometries
        In the coordinates of the file; ``None`` where there is none.
    rows : ndarray of int
        Their rows in the file.
    reference : Reference
        The system of the coordinates.
    noun_name : str
        Decides which kinds of shape are wanted.
    """
    found: list[Finding] = []
    original = as_geometries(raw)
    _note_heights(original, found)
    given = _present(original, rows, found)
    if reference.swap_axes:
        given = shapely.transform(given, lambda c: c[:, ::-1])
    stored = _transformed(given, rows, reference, found)
    stored = _of_kind(stored, rows, noun_name, found)
    stored = _sound(stored, rows, found)
    stored = _on_grid(stored, rows, noun_name, found)
    return Shapes(
        stored,
        original,
        reference.mark,
        area_m2(stored),
        planar_area_m2(stored),
        found,
    )


def place_of(geom: Any) -> Place | None:
    """Return a point within a shape, rounded to 0.1 m, by which it is found on a map."""
    if geom is None or shapely.is_empty(geom):
        return None
    point = shapely.point_on_surface(geom) if shapely.is_valid(geom) else shapely.centroid(geom)
    return (round(point.x, 6), round(point.y, 6)) if not shapely.is_empty(point) else None


def _note_heights(original: Geometries, found: list[Finding]) -> None:
    high = int(shapely.has_z(original).sum())
    if high:
        found.append(finding("heights_dropped", value=high))


def _present(original: Geometries, rows: Rows, found: list[Finding]) -> Geometries:
    """Return the shapes that have finite coordinates; the empty and the endless become ``None``."""
    given: Geometries = shapely.force_2d(original)
    empty = shapely.is_empty(given) & ~shapely.is_missing(given)
    coords, index = shapely.get_coordinates(given, return_index=True)
    wild = np.unique(index[~np.isfinite(coords).all(axis=1)])
    found.extend(finding("geometry_empty", row=int(rows[i])) for i in np.flatnonzero(empty))
    found.extend(finding("coordinates_refused", row=int(rows[i]), value="NaN / Inf") for i in wild)
    given[empty] = None
    given[wild] = None
    return given


def _transformed(given: Geometries, rows: Rows, reference: Reference, found: list[Finding]) -> Geometries:
    try:
        return placed(given, reference)
    except CoordinatesRefused:
        return as_geometries(
            [_transform_one(g, int(r), reference, found) for g, r in zip(given, rows, strict=True)]
        )


def _transform_one(geom: Any, row: int, reference: Reference, found: list[Finding]) -> Any:
    try:
        return placed([geom], reference)[0]
    except CoordinatesRefused as error:
        found.append(finding("coordinates_refused", row=row, value=error.value))
        return None


def _of_kind(stored: Geometries, rows: Rows, noun_name: str, found: list[Finding]) -> Geometries:
    kinds = shapely.get_type_id(stored)
    if noun_name in ANY_SHAPE:
        return stored
    if noun_name in POINT_NOUNS:
        single = kinds == 4
        stored[single] = [g.geoms[0] if len(g.geoms) == 1 else g for g in stored[single]]
        return _refuse_kinds(stored, rows, {0}, ("点", "a point"), found)
    if wants_polygon(noun_name):
        mixed = np.flatnonzero(kinds == _COLLECTION)
        for i in mixed:
            areas = polygons_only(stored[i : i + 1])[0]
            if not shapely.is_empty(areas):
                found.append(finding("geometry_parts_dropped", row=int(rows[i]), place=place_of(areas)))
                stored[i] = areas
    return _refuse_kinds(stored, rows, {_POLYGON, _MULTIPOLYGON}, ("面", "a polygon"), found)


def _refuse_kinds(
    stored: Geometries, rows: Rows, wanted: set[int], expected: tuple[str, str], found: list[Finding]
) -> Geometries:
    kinds = shapely.get_type_id(stored)
    for i in np.flatnonzero((kinds >= 0) & ~np.isin(kinds, list(wanted))):
        zh, en = _KINDS[int(kinds[i])]
        found.append(
            finding(
                "geometry_type",
                row=int(rows[i]),
                value=zh,
                value_en=en,
                expected=expected[0],
                expected_en=expected[1],
                place=place_of(stored[i]),
            )
        )
        stored[i] = None
    return stored


def _sound(stored: Geometries, rows: Rows, found: list[Finding]) -> Geometries:
    known = defects(stored)
    wrong = known[known.code.isin(_DEFECTS)].drop_duplicates("row").set_index("row")
    mended = repair(stored).set_index("row")
    for i in mended.index:
        fix = mended.loc[i]
        if i in wrong.index:
            _report_repair(int(rows[i]), wrong.loc[i], fix, found)
        stored[i] = fix.geometry if fix.unambiguous else None
    for remark in known[known.code.isin(_REMARKS)].to_dict("records"):
        place = (round(remark["x"], 6), round(remark["y"], 6))
        row = int(rows[remark["row"]])
        found.append(finding(_REMARKS[str(remark["code"])], row=row, place=place))
    return stored


def _report_repair(row: int, defect: Any, fix: Any, found: list[Finding]) -> None:
    zh, en = _DEFECTS[defect.code]
    place = None if np.isnan(defect.x) else (round(defect.x, 6), round(defect.y, 6))
    named: dict[str, Any] = {"row": row, "defect": zh, "defect_en": en, "place": place}
    if fix.unambiguous:
        before, after = f"{fix.area_before_m2:.2f}", f"{fix.area_after_m2:.2f}"
        found.append(finding("geometry_repaired", **named, before=before, after=after))
    else:
        zh, en = _apart(fix)
        found.append(finding("geometry_invalid", **named, reason=zh, reason_en=en))


def _apart(fix: Any) -> tuple[str, str]:
    """Say why a repair would be a guess, and what it would do: nothing is left, or the readings differ."""
    if not np.isfinite(fix.area_change_ratio):
        return "改后什么也不剩", "nothing would be left of it"
    apart = fix.area_change_ratio * fix.area_after_m2
    before, after = f"{fix.area_before_m2:,.2f}", f"{fix.area_after_m2:,.2f}"
    return (
        f"按环线重建，面积由 {before} ㎡ 变为 {after} ㎡，几种改法相差 {apart:,.2f} ㎡",
        f"rebuilt from its rings its area would go from {before} to {after} m², "
        f"the ways to mend it differ by {apart:,.2f} m²",
    )


def _on_grid(stored: Geometries, rows: Rows, noun_name: str, found: list[Finding]) -> Geometries:
    there = ~shapely.is_missing(stored)
    stored = snap(stored)
    gone = there & (shapely.is_missing(stored) | shapely.is_empty(stored))
    found.extend(finding("geometry_collapsed", row=int(rows[i])) for i in np.flatnonzero(gone))
    stored[gone] = None
    if wants_polygon(noun_name):
        single = shapely.get_type_id(stored) == _POLYGON
        stored[single] = [shapely.MultiPolygon([g]) for g in stored[single]]
    return stored

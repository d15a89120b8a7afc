"""Spatial predicates (OGC 21-065r2, 7.3): the shape of a feature and a shape the filter gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import shapely
from sqlalchemy import ColumnElement, FromClause, Table, and_, case, false, not_, null, or_, true

from geoservice.db.predicates import relates
from geoservice.db.types import json_text
from geoservice.geo.errors import GeometryUnreadable
from geoservice.geo.geojson import from_text
from geoservice.registry.cql.errors import FilterInvalid
from geoservice.registry.cql.scope import Scope

SPATIAL: Final = frozenset(
    {
        "s_intersects",
        "s_disjoint",
        "s_equals",
        "s_touches",
        "s_crosses",
        "s_within",
        "s_contains",
        "s_overlaps",
    }
)
_TURNED: Final = {"within": "contains", "contains": "within"}
_REMEDY: Final = (
    "Give the geometry of the feature and a shape, e.g. S_INTERSECTS(geometry,BBOX(117,33,118,34))."
)


def spatial(scope: Scope, operation: str, arguments: list[Any], *, narrowed: bool) -> ColumnElement[bool]:
    """Compile a spatial predicate.

    Parameters
    ----------
    scope : Scope
        What the filter may speak of.
    operation : str
        One of :data:`SPATIAL`.
    arguments : list
        The geometry and a literal, in either order, or two literals.
    narrowed : bool
        Whether features without a shape may count as not found, which lets an index choose.

    Raises
    ------
    FilterInvalid
        If a literal is no valid shape, or the collection has none.
    """
    relation = operation.removeprefix("s_")
    if relation == "disjoint":
        return not_(spatial(scope, "s_intersects", arguments, narrowed=False))
    left, right = arguments
    if scope.is_geometry(left) and scope.is_geometry(right):
        raise FilterInvalid("A shape is compared with itself", operation, _REMEDY)
    if scope.is_geometry(left):
        return _stored(scope, relation, read_shape(right), narrowed)
    if scope.is_geometry(right):
        return _stored(scope, _TURNED.get(relation, relation), read_shape(left), narrowed)
    compare: Callable[[Any, Any], Any] = getattr(shapely, relation)
    return true() if compare(read_shape(left), read_shape(right)) else false()


def read_shape(node: Any, *, valid: bool = True) -> shapely.Geometry:
    """Read a GeoJSON geometry or a bbox, by default a valid one; a bbox may cross the antimeridian.

    Raises
    ------
    FilterInvalid
        If it is neither, or no valid shape.
    """
    if isinstance(node, dict) and "bbox" in node:
        return _box(node["bbox"])
    if not isinstance(node, dict) or "type" not in node:
        raise FilterInvalid("This is no shape", str(node)[:80], _REMEDY)
    try:
        shape = shapely.force_2d(from_text([json_text(node)])[0])
    except (GeometryUnreadable, ValueError, TypeError):
        raise FilterInvalid("This is no shape", str(node)[:80], _REMEDY) from None
    if shapely.is_empty(shape) or (valid and not shapely.is_valid(shape)):
        raise FilterInvalid(
            "This shape is not valid", shapely.is_valid_reason(shape), "Correct it, or simplify it."
        )
    return shape


def _box(edges: Any) -> shapely.Geometry:
    numbers = [float(edge) for edge in edges] if _numbers(edges) else []
    if len(numbers) == 6:
        numbers = [numbers[index] for index in (0, 1, 3, 4)]
    if len(numbers) != 4 or numbers[1] > numbers[3]:
        raise FilterInvalid(
            "A BBOX is west, south, east and north", str(edges)[:80], "Write BBOX(117,33,118,34)."
        )
    west, south, east, north = numbers
    if west > east:
        return shapely.MultiPolygon(
            [shapely.box(west, south, 180.0, north), shapely.box(-180.0, south, east, north)]
        )
    corners = [(west, south), (east, north)]
    return shapely.MultiPoint(corners).envelope


def _numbers(edges: Any) -> bool:
    return isinstance(edges, list) and all(
        isinstance(edge, (int, float)) and not isinstance(edge, bool) and abs(edge) < 1e9 for edge in edges
    )


def _stored(scope: Scope, relation: str, shape: Any, narrowed: bool) -> ColumnElement[bool]:
    if not scope.shapes:
        raise FilterInvalid("The features of this collection have no shape", relation, "Drop the predicate.")
    if shape.geom_type == "GeometryCollection":
        if relation != "intersects":
            raise FilterInvalid(
                "A collection of shapes can only be asked for S_INTERSECTS and S_DISJOINT",
                relation,
                "Ask for each of its shapes.",
            )
        return or_(*(_stored(scope, relation, part, narrowed) for part in shape.geoms))
    return _first_shape(
        scope.shapes, lambda table, rows: _relates(relation, table, rows, shape, narrowed), narrowed
    )


def _relates(relation: str, table: Table, rows: FromClause, shape: Any, narrowed: bool) -> ColumnElement[Any]:
    return relates(relation, table, rows, shapely.to_wkb(shape), shape.bounds, narrowed)


def _first_shape(
    shapes: tuple[tuple[Table, FromClause], ...],
    test: Callable[[Table, FromClause], ColumnElement[Any]],
    narrowed: bool,
) -> ColumnElement[bool]:
    """Test the first shape a feature has; without any the answer is NULL, or false where rows are narrowed."""
    if narrowed or len(shapes) == 1:
        tests: list[ColumnElement[Any]] = []
        for position, (table, rows) in enumerate(shapes):
            earlier = [other.c.geom.is_(None) for _, other in shapes[:position]]
            tests.append(and_(*earlier, test(table, rows)) if earlier else test(table, rows))
        return or_(*tests) if len(tests) > 1 else tests[0]
    chosen: ColumnElement[Any] = null()
    for table, rows in reversed(shapes):
        chosen = case((rows.c.geom.is_not(None), test(table, rows)), else_=chosen)
    return chosen

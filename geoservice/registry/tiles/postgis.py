"""Tiles encoded inside PostGIS: the same features and attributes as the encoder of ours, in one statement.

Shapes may differ by what a screen does not show: PostGIS rounds and cuts by itself. What rounds to nothing is kept as
the smallest shape of its kind, as it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from geoalchemy2 import Geometry
from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    Double,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from geoservice.db.spatial import in_bbox, raw_shape
from geoservice.geo.mvt_grid import BUFFER, EXTENT, Tile
from geoservice.model import OPEN
from geoservice.registry.collections import Relation
from geoservice.registry.filters import conditions
from geoservice.registry.query import FeatureQuery
from geoservice.registry.statements import Statements
from geoservice.registry.tiles.specs import TileSpec, shown_attributes
from geoservice.registry.tiles.tracks import EPOCH, SIDE_CODES, TRACKS, Track, shown_answer, track_statement

_EPOCH: Final = date.fromordinal(EPOCH)


def draws_in_database(connection: Connection, relation: Relation) -> bool:
    """Say whether this engine encodes tiles of these shapes: of one kind each, so that none has to be split."""
    kinds = [table.c.geom.type for table, _ in relation.shapes]
    return connection.dialect.name == "postgresql" and all(
        isinstance(kind, Geometry) and kind.geometry_type in ("POLYGON", "MULTIPOLYGON") for kind in kinds
    )


def draw(connection: Connection, query: FeatureQuery, spec: TileSpec, tile: Tile) -> bytes:
    """Return the layer of a tile, empty bytes where nothing reaches it. O(features of the tile)."""
    west, south, east, north = tile.bounds(BUFFER)
    place = {"z": tile.z, "x": tile.x, "y": tile.y}
    body = connection.scalar(
        _statement(connection, query, spec),
        place | {"west": west, "south": south, "east": east, "north": north},
    )
    return bytes(body) if body else b""


def _statement(connection: Connection, query: FeatureQuery, spec: TileSpec) -> Select[bytes]:
    """Return the statement of all tiles of a question."""
    return _STATEMENTS.of(query, spec, lambda: _composed(connection, query, spec))


_STATEMENTS: Final = Statements()


def _composed(connection: Connection, query: FeatureQuery, spec: TileSpec) -> Select[bytes]:
    relation = query.collection.relation(query.moment, query.view)
    rows = _found(connection, query, spec, relation)
    source: FromClause = rows
    attributes = [rows.c[name] for name in shown_attributes(spec, query.view, relation)]
    track = None if spec.track is None else TRACKS[spec.track]
    answer = None if track is None else shown_answer(track, query.view)
    if track is not None and answer is not None:
        texts = _tracks(connection, rows, query, track, answer)
        source = rows.outerjoin(texts, texts.c.key == rows.c._key)
        attributes.append(texts.c.text.label(spec.track))
    number = cast(func.nullif(func.regexp_replace(rows.c._key, r"\D", "", "g"), ""), BigInteger)
    columns = (*attributes, _drawn(rows.c._shape).label("_drawn"), number.label("_number"))
    # A table of its own: else the shape would be drawn once to be looked at, and once more to be sent.
    features = select(*columns).select_from(source).order_by(rows.c._key)
    layer = features.cte("layer").prefix_with("MATERIALIZED")
    body = func.ST_AsMVT(
        literal_column("layer"), spec.collection, EXTENT, "_drawn", "_number", type_=LargeBinary()
    )
    return select(body).select_from(layer).where(layer.c._drawn.is_not(None))


def _found(connection: Connection, query: FeatureQuery, spec: TileSpec, relation: Relation) -> CTE:
    """Return key, attributes and projected shape of the rows in the tile that the policy lets through."""
    found = conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )
    box = ("west", "south", "east", "north")
    touched = or_(false(), *(in_bbox(table, rows, box) for table, rows in relation.shapes))
    names = shown_attributes(spec, query.view, relation)
    columns = [_attribute(relation.fields[name]).label(name) for name in names]
    shapes = [raw_shape(rows.c.geom) for _, rows in relation.shapes]
    shape = func.ST_Transform(func.coalesce(*shapes) if len(shapes) > 1 else shapes[0], 3857)
    rows = select(relation.key.label("_key"), *columns, shape.label("_shape"))
    return rows.select_from(relation.source).where(*found, touched).cte("found")


def _drawn(shape: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a shape in tile units; one that rounds to nothing becomes a square of one unit where it is."""
    z, x, y = (bindparam(name, type_=Integer()) for name in ("z", "x", "y"))
    envelope = func.ST_TileEnvelope(z, x, y)
    margin = func.ST_TileEnvelope(z, x, y, literal_column(f"margin => {BUFFER / EXTENT}"))
    unit = (func.ST_XMax(envelope) - func.ST_XMin(envelope)) / EXTENT
    across = func.floor((func.ST_XMin(shape) - func.ST_XMin(envelope)) / unit)
    down = func.floor((func.ST_YMax(envelope) - func.ST_YMax(shape)) / unit)
    smallest = func.ST_Multi(func.ST_MakeEnvelope(across, down, across + 1, down + 1))
    whole = shape.op("@", is_comparison=True)(margin)
    drawn = func.ST_AsMVTGeom(shape, envelope, EXTENT, BUFFER)
    return func.coalesce(drawn, case((whole, smallest), else_=None))


def _attribute(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write days as days since 1970-01-01 and areas as whole m²."""
    if isinstance(column.type, Date):
        return column - literal(_EPOCH, Date())
    if isinstance(column.type, Double):
        return cast(func.round(column), BigInteger)
    return column


def _tracks(connection: Connection, rows: CTE, query: FeatureQuery, track: Track, answer: str) -> FromClause:
    """Return key → text of dated answers; see :func:`geoservice.registry.tiles.tracks.tracks`."""
    statement, key = track_statement(connection, track, answer, query.moment, query.view, query.principal)
    held = _named(statement.where(key.in_(select(rows.c._key)))).subquery("held")
    spans = _spans(held, query, track).subquery("spans")
    order = (spans.c.first, spans.c.last, spans.c.code)
    window: Any = {"partition_by": spans.c.key, "order_by": order}
    before = func.lag(spans.c.last).over(**window)
    same = func.lag(spans.c.code).over(**window) == spans.c.code
    goes_on = and_(func.coalesce(before >= spans.c.first, False), func.coalesce(same, False))
    following = func.coalesce(func.lead(spans.c.first).over(**window), literal(OPEN, Date()))
    begins = case((goes_on, None), else_=_entry(spans.c.first, spans.c.code))
    ends = case((spans.c.last < following, _entry(spans.c.last, literal("-"))), else_=None)
    text = func.nullif(func.concat_ws(";", begins, ends), "").label("text")
    parts = select(spans.c.key, *order, text).subquery("parts")
    together = func.string_agg(
        parts.c.text, literal_column("';' ORDER BY parts.first, parts.last, parts.code")
    )
    return select(parts.c.key, together.label("text")).group_by(parts.c.key).subquery("tracks")


def _named(statement: Select[Any]) -> Select[Any]:
    """Name the columns of a track's statement, which has them in an order."""
    names = ("key", "version_from", "version_to", "since", "until", "announced", "answer", "plan", "side")
    columns = list(statement.selected_columns)
    return statement.with_only_columns(
        *(column.label(name) for column, name in zip(columns, names, strict=True))
    )


def _spans(held: FromClause, query: FeatureQuery, track: Track) -> Select[Any]:
    since: ColumnElement[Any] = held.c.since
    until: ColumnElement[Any] = held.c.until
    if query.view.counts == "suppressed":
        since, until = _next_month(since), _next_month(until)
    first = func.greatest(held.c.version_from, since, cast(held.c.announced, Date))
    last = func.least(held.c.version_to, until)
    code = _code(held.c.answer, track.codes).concat(_code(held.c.side, SIDE_CODES))
    where = [first < last, held.c.answer.is_not(None)]
    if track.planned:
        plan = cast(held.c.plan, Boolean)
        code = code.concat(case((plan, "*"), else_=""))
        where += [] if query.view.plans else [~plan]
    columns = (held.c.key, first.label("first"), last.label("last"), code.collate("C").label("code"))
    return select(*columns).where(*where)


def _code(column: ColumnElement[Any], codes: Mapping[str, str]) -> ColumnElement[str]:
    return case(dict(codes), value=cast(column, Text), else_=cast(column, Text))


def _entry(day: ColumnElement[Any], code: ColumnElement[Any]) -> ColumnElement[str]:
    number = cast(cast(day, Date) - literal(_EPOCH, Date()), Text)
    return number.concat(":").concat(code)


def _next_month(day: ColumnElement[Any]) -> ColumnElement[Any]:
    month = func.date_trunc("month", day) + literal_column("interval '1 month'")
    return case((day == OPEN, day), else_=cast(month, Date))

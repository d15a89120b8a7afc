"""One export: a question, a format and a reference system become a file, with what must be said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from pyproj import CRS
from sqlalchemy import Connection

from geoservice import clock
from geoservice.access.limits import ExportLimits
from geoservice.errors import Forbidden
from geoservice.exports.boundary_txt import numbered_zone, usual_zone
from geoservice.exports.errors import ExportRefused
from geoservice.exports.fields import Field, field_of
from geoservice.exports.formats import Writer
from geoservice.exports.holds import READS, without_holds
from geoservice.exports.sheet import Batch, Choices, Note, Sheet
from geoservice.exports.watch import Watch
from geoservice.geo.crs import from_stored, parse_crs
from geoservice.geo.measure import zone_number
from geoservice.registry.bulk import Extent, bulk_rows, extent_of, field_types, geometry_kind
from geoservice.registry.features import FeatureQuery
from geoservice.registry.settings import City, read_city

Tell = Callable[[int, int], None]

_UNASKED: Final = frozenset({"search"})
"""Fields that help the service and tell a reader nothing; a file has them only where asked."""
_NEVER: Final = {"demolition": frozenset({"extra"})}
"""Columns a bureau's own ledger may have brought along; of demolition nothing leaves that could name a person."""


@dataclass(frozen=True)
class Order:
    """What is wanted.

    Attributes
    ----------
    query : FeatureQuery
        Which rows, when, for whom.
    writer : Writer
    fields : tuple of str
        Fields by the API's names; empty for all the format usually has.
    crs : str or None
        Reference system; ``None`` for the format's own.
    choices : Choices
    """

    query: FeatureQuery
    writer: Writer
    fields: tuple[str, ...] = ()
    crs: str | None = None
    choices: Choices = field(default_factory=Choices)


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes
    ----------
    rows : int
    crs : str
        Name of the reference system.
    contiguous_km2 : float
        How much land the file covers without a gap, where that is limited.
    notes : tuple of Note
        What whoever receives the file must know.
    """

    rows: int
    crs: str
    contiguous_km2: float
    notes: tuple[Note, ...]


def export(
    connection: Connection, order: Order, path: Path, limits: ExportLimits, tell: Tell | None = None
) -> Exported:
    """Write what a question finds to a path that does not exist yet; O(matches), memory O(one batch).

    Parameters
    ----------
    connection : Connection
        Open transaction: the file shows one state.
    order : Order
    path : Path
        Left incomplete where something is refused midway; the caller throws it away.
    limits : ExportLimits
    tell : callable, optional
        Told how many rows are written, and how many there are.

    Raises
    ------
    Forbidden
        A field is hidden from the role, or the file would hold more topographic data than may leave.
    GeoserviceError
        The system, the encoding or a value does not fit the format.
    """
    query = order.query
    fields = _fields(order)
    extent = extent_of(connection, query)
    watch = Watch(connection, query, limits)
    crs = _system(connection, order)
    city = read_city(connection)
    sheet = Sheet(
        name=query.collection.name,
        title=query.collection.zh,
        fields=fields,
        crs=crs,
        shapes={"MULTIPOLYGON": "MultiPolygon", "GEOMETRY": "Unknown"}.get(geometry_kind(query) or ""),
        rows=extent.rows,
        placed=extent.placed,
        day=query.moment.day,
        source=_source(city, query),
        producer=city.name,
        read=lambda: _batches(connection, query, fields, crs, watch, extent, tell),
    )
    order.writer.write(sheet, path, order.choices)
    return Exported(extent.rows, crs.name, watch.covered_km2(), (*sheet.notes, *watch.judge(query)))


def _fields(order: Order) -> tuple[Field, ...]:
    """Return the fields asked for, or those the format has unasked.

    Raises
    ------
    Forbidden, InvalidInput
        A field is hidden, or there is none of that name.
    """
    collection = order.query.collection
    never = _NEVER.get(collection.name, frozenset())
    refused = [name for name in order.fields if name in never]
    if refused:
        raise Forbidden(
            "These fields never leave in a file",
            ", ".join(refused),
            "Leave them out: they could name a person.",
        )
    types = field_types(order.query, order.fields)
    known = [field_of(collection, name, column) for name, column in types.items()]
    if order.fields:
        return tuple(known)
    for_people = order.writer.ledger or order.choices.headings == "zh"
    return tuple(one for one in known if one.name not in _UNASKED | never and (one.ledger or not for_people))


def _system(connection: Connection, order: Order) -> CRS:
    asked = None if order.crs is None else parse_crs(order.crs)
    home = order.writer.home
    if home is None:
        return numbered_zone(asked if asked is not None else usual_zone(_zones(connection, order.query)))
    own = parse_crs(home)
    if asked is None:
        return own
    if getattr(order.writer, "only_home", False) and asked != own:
        raise ExportRefused(
            f"{order.writer.title} has coordinates in one system only",
            asked.name,
            f"Leave the system out: {own.name}.",
        )
    return asked


def _zones(connection: Connection, query: FeatureQuery) -> Any:
    numbers = [
        zone_number(rows.geometry) for rows in bulk_rows(connection, query, ()) if rows.geometry is not None
    ]
    return np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64)


def _batches(
    connection: Connection,
    query: FeatureQuery,
    fields: tuple[Field, ...],
    crs: CRS,
    watch: Watch,
    extent: Extent,
    tell: Tell | None,
) -> Iterator[Batch]:
    asked = tuple(one.name for one in fields)
    names = tuple(dict.fromkeys((*asked, *watch.reads, *_holds_in(query))))
    done = 0
    for rows in bulk_rows(connection, query, names):
        watch.look(rows)
        told = without_holds(rows.columns)
        geometry = None if rows.geometry is None else from_stored(rows.geometry, crs)
        yield Batch(rows.keys, {name: told[name] for name in asked}, geometry)
        done += len(rows.keys)
        if tell is not None:
            tell(done, extent.rows)


def _holds_in(query: FeatureQuery) -> tuple[str, ...]:
    return (READS,) if query.collection.name == "availability" else ()


def _source(city: City, query: FeatureQuery) -> str:
    """Return the line that says where the rows come from, of which day they are, and for whom."""
    day, known = query.moment.day, query.moment.known_at
    known_text = "" if known is None else f"（按 {_day_before(known)} 所知）"
    reach = (
        "以出让公告为准"
        if query.view.rows in ("promotable", "published", "announced")
        else "内部资料 不得公开"
    )
    return (
        f"来源：{city.name}项目与土地登记 geoservice；数据日期 {day.isoformat()}{known_text}；"
        f"导出 {clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}，此后变化不在其中；"
        f"口径：{query.principal.role.zh}；{reach}"
    )


def _day_before(instant: Any) -> date:
    """Return the last Shanghai day whose end an instant is."""
    local = instant.astimezone(clock.SHANGHAI)
    return date.fromordinal(local.toordinal() - 1) if local.hour == local.minute == 0 else local.date()

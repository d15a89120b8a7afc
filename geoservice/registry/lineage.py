"""The lineage of parcels: the shapes a change replaced and wrote, and what became of what, read both ways."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd
import shapely
from sqlalchemy import ColumnElement, Connection, Select, select

from geoservice.access.policy import View
from geoservice.db import UnitOfWork, bulk
from geoservice.db.frames import read_frame
from geoservice.db.spatial import in_bbox, wkb_of
from geoservice.db.types import instant_text
from geoservice.errors import NotFound
from geoservice.model import OPEN, parcel
from geoservice.model import parcel_lineage as table
from geoservice.registry.aliases import batches

FEW: Final = 5_000
"""Up to so many keys are asked for by key; beyond, by the instant of the change."""


@dataclass(frozen=True)
class States:
    """Parcels whose ground changed, ``key, geometry`` each.

    Attributes
    ----------
    before, after : DataFrame
        What was replaced, and what took its place.
    gone : DataFrame
        Of `before` those that are no more.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    gone: pd.DataFrame


def replaced_on(unit: UnitOfWork, keys: Collection[str], day: date) -> pd.DataFrame:
    """Return the shapes that stood on `day` as far as was known before this change: ``key, geometry``."""
    return _shapes(unit, keys, parcel.c.superseded_at == unit.at, *_on(day))


def written_on(unit: UnitOfWork, keys: Collection[str], day: date) -> pd.DataFrame:
    """Return the shapes that stand on `day` as this change wrote them: ``key, geometry``."""
    written = (parcel.c.recorded_at == unit.at, parcel.c.superseded_at.is_(None))
    return _shapes(unit, keys, *written, *_on(day))


def ended_without_heirs(unit: UnitOfWork, keys: Collection[str], day: date) -> pd.DataFrame:
    """Return the last shapes of parcels that ended earlier, left no successor, and lie where this change writes."""
    written = written_on(unit, keys, day) if _any_ended(unit.connection, day) else None
    box = None if written is None else _box(written)
    if box is None:
        return _nothing()
    heirs = select(table.c.predecessor).where(table.c.superseded_at.is_(None))
    standing = select(parcel.c.key).where(parcel.c.superseded_at.is_(None), parcel.c.valid_to > day)
    statement = _select(
        parcel.c.superseded_at.is_(None),
        parcel.c.recorded_at < unit.at,
        parcel.c.valid_to <= day,
        parcel.c.key.not_in(standing),
        parcel.c.key.not_in(heirs),
        in_bbox(parcel, parcel, box),
    ).order_by(parcel.c.key, parcel.c.valid_to)
    return _last(read_frame(unit.connection, statement, geometry="geometry"))


def standing_on(unit: UnitOfWork, gone: pd.DataFrame, keys: Collection[str], day: date) -> pd.DataFrame:
    """Return the shapes standing on `day`, untouched by this change, where parcels went: possible successors."""
    box = _box(gone)
    if box is None:
        return _nothing()
    statement = _select(parcel.c.superseded_at.is_(None), *_on(day), in_bbox(parcel, parcel, box))
    found = read_frame(unit.connection, statement.order_by(parcel.c.key), geometry="geometry")
    return found[~found["key"].isin(set(keys))].reset_index(drop=True)


def record_lineage(unit: UnitOfWork, found: pd.DataFrame, day: date) -> None:
    """Append what became of what."""
    count = len(found)
    names = ["predecessor", "successor", "kind", "area_m2", "share_of_predecessor", "share_of_successor"]
    columns: dict[str, list[Any]] = {name: found[name].tolist() for name in names}
    columns |= {
        "changed_on": [day] * count,
        "recorded_at": [unit.at] * count,
        "recorded_by": [unit.actor] * count,
        "import_run": [unit.import_run] * count,
    }
    bulk.insert(unit.connection, table, columns)
    unit.touch(table.name, {*found["predecessor"], *found["successor"]})


def lineage_of(connection: Connection, key: str, view: View, *, depth: int = 1) -> dict[str, Any]:
    """Return what a parcel came from and what became of it.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    key : str
        Minted key.
    view : View
        What the reader sees of parcels.
    depth : int
        How many generations either way.

    Returns
    -------
    dict
        ``key``, ``came_from`` and ``became``: lists of ``generation, predecessor, successor, kind, changed_on,
        area_m2, share_of_predecessor, share_of_successor, recorded_at, by, import_run`` and the numbers of both.

    Raises
    ------
    NotFound
        If nothing of that key was ever recorded.
    """
    if connection.scalar(select(parcel.c.id).where(parcel.c.key == key).limit(1)) is None:
        raise NotFound("There is no such parcel", key, "Check the key.")
    back = _walk(connection, key, table.c.successor, table.c.predecessor, depth)
    on = _walk(connection, key, table.c.predecessor, table.c.successor, depth)
    numbers = _numbers(connection, [*back, *on]) if view.shows("parcel_number") else {}
    return {
        "key": key,
        "came_from": [_told(link, numbers) for link in back],
        "became": [_told(link, numbers) for link in on],
    }


def _walk(
    connection: Connection, key: str, near: ColumnElement[str], far: ColumnElement[str], depth: int
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    reached, edge = {key}, {key}
    for generation in range(1, depth + 1):
        links: list[dict[str, Any]] = []
        for batch in batches(sorted(edge)):
            statement = select(table).where(table.c.superseded_at.is_(None), near.in_(batch))
            rows = connection.execute(statement.order_by(table.c.changed_on, table.c.id))
            links += [dict(row._mapping) | {"generation": generation} for row in rows]
        found += links
        edge = {link[str(far.key)] for link in links} - reached
        reached |= edge
    return found


def _told(link: dict[str, Any], numbers: dict[str, str | None]) -> dict[str, Any]:
    said = {
        name: link[name]
        for name in (
            "generation",
            "predecessor",
            "successor",
            "kind",
            "area_m2",
            "share_of_predecessor",
            "share_of_successor",
            "import_run",
        )
    }
    return said | {
        "predecessor_number": numbers.get(link["predecessor"]),
        "successor_number": numbers.get(link["successor"]),
        "changed_on": link["changed_on"].isoformat(),
        "recorded_at": instant_text(link["recorded_at"]),
        "by": link["recorded_by"],
    }


def _numbers(connection: Connection, links: list[dict[str, Any]]) -> dict[str, str | None]:
    keys = {link[end] for link in links for end in ("predecessor", "successor")}
    found: dict[str, str | None] = {}
    for batch in batches(sorted(keys)):
        statement = select(parcel.c.key, parcel.c.parcel_number).where(
            parcel.c.key.in_(batch), parcel.c.superseded_at.is_(None)
        )
        rows = connection.execute(statement.order_by(parcel.c.key, parcel.c.valid_from))
        found |= {row.key: row.parcel_number for row in rows}
    return found


def _shapes(unit: UnitOfWork, keys: Collection[str], *found: ColumnElement[bool]) -> pd.DataFrame:
    statement = _select(*found).order_by(parcel.c.key)
    if len(keys) <= FEW:
        statement = statement.where(parcel.c.key.in_(sorted(keys)))
    return _last(read_frame(unit.connection, statement, geometry="geometry"))


def _select(*found: ColumnElement[bool]) -> Select[Any]:
    return select(parcel.c.key, wkb_of(parcel.c.geom).label("geometry")).where(
        parcel.c.geom.is_not(None), *found
    )


def _last(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates("key", keep="last").reset_index(drop=True)


def _on(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return parcel.c.valid_from <= day, parcel.c.valid_to > day


def _any_ended(connection: Connection, day: date) -> bool:
    statement = select(parcel.c.id).where(parcel.c.superseded_at.is_(None), parcel.c.valid_to <= day)
    return connection.scalar(statement.where(parcel.c.valid_to < OPEN).limit(1)) is not None


def _box(frame: pd.DataFrame) -> tuple[float, float, float, float] | None:
    if not len(frame):
        return None
    west, south, east, north = (float(v) for v in shapely.total_bounds(frame["geometry"].to_numpy(object)))
    return (west, south, east, north)


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({"key": pd.Series(dtype=object), "geometry": pd.Series(dtype=object)})

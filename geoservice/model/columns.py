"""The column groups every noun shares: key, the two times, origin, and served text."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Column, Identity, Index, MetaData, Table

from geoservice.db.types import Blob, Code, Count, Day, Instant, Json, Label, Number, RowId, geometry

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

OPEN: Final = date.max
"""``valid_to`` of what has no known end; a sentinel keeps interval predicates free of NULL."""


def row_id() -> Column[int]:
    """Return the row number every table starts with; GeoPackage requires an integer primary key."""
    return Column("id", RowId, Identity(), primary_key=True)


def times() -> list[Column[Any]]:
    """Return valid time (half-open days) and recorded time (instants)."""
    return [
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False, default=OPEN),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
    ]


def versioned(name: str, *columns: Column[Any], shape: str | None = None) -> Table:
    """Declare a noun whose changes write versions and destroy nothing.

    Parameters
    ----------
    name : str
        Table name.
    *columns : Column
        The noun's own fields.
    shape : str, optional
        Geometry type; the table then also carries the served GeoJSON text and the three areas.

    Notes
    -----
    A row is in force on day ``d`` as known at instant ``k`` when ``valid_from <= d < valid_to`` and
    ``recorded_at <= k < superseded_at`` (``superseded_at`` NULL: still believed).
    """
    table = Table(
        name,
        metadata,
        row_id(),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        *times(),
        Column("import_run", RowId),
        Column("county", Code),
        *columns,
        Column("extra", Json(), nullable=False, default=dict),
        *(_spatial(shape) if shape else []),
    )
    Index(f"ix_{name}_key", table.c.key, table.c.version)
    believed = table.c.superseded_at.is_(None)
    Index(
        f"uq_{name}_believed",
        table.c.key,
        table.c.valid_from,
        unique=True,
        sqlite_where=believed,
        postgresql_where=believed,
    )
    return table


def derived(name: str, subject: str, *columns: Column[Any]) -> Table:
    """Declare intervals computed from facts: any date is a lookup (see ADR 0003)."""
    table = Table(name, metadata, row_id(), Column(subject, Code, nullable=False), *times(), *columns)
    # Pages after the first ask what was known by an instant, which the index of believed rows cannot answer.
    Index(f"ix_{name}_{subject}", table.c[subject], table.c.valid_from, table.c.valid_to)
    believed = table.c.superseded_at.is_(None)
    Index(
        f"uq_{name}_believed",
        table.c[subject],
        table.c.valid_from,
        unique=True,
        sqlite_where=believed,
        postgresql_where=believed,
    )
    return table


def recorded(name: str, *columns: Column[Any]) -> Table:
    """Declare an append-only table: rows are added and superseded, never changed."""
    return Table(
        name,
        metadata,
        row_id(),
        *columns,
        Column("recorded_at", Instant(), nullable=False),
        Column("recorded_by", Label, nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
    )


def default_of(column: Column[Any]) -> Any:
    """Return the value a column takes where none is given, ``None`` where it has no default."""
    default: Any = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


def _spatial(shape: str) -> list[Column[Any]]:
    return [
        Column("area_m2", Number),
        Column("planar_area_m2", Number),
        Column("original_crs", Label),
        Column("original_wkb", Blob),
        Column("search", Label),
        Column("geojson", Label),
        Column("geom", geometry(shape)),
    ]

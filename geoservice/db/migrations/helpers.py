"""What a migration needs to treat both engines alike: tables with shapes, guards, views, and rebuilds.

Alembic's batch mode copies a table and loses its R-tree, triggers and registration; :func:`rebuild` keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alembic import op
from sqlalchemy import Column, text
from sqlalchemy.types import UserDefinedType

from geoservice.db.geopackage import schema
from geoservice.db.types import GEOPACKAGE, geometry


class _Shape(UserDefinedType[Any]):
    """The geometry type name GeoPackage wants as column type; registration is ours, not GeoAlchemy2's."""

    cache_ok = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        return self.kind


def embedded() -> bool:
    """Say whether the migration runs on a GeoPackage."""
    return op.get_bind().dialect.name == GEOPACKAGE


def shape(kind: str) -> Column[Any]:
    """Return the one geometry column a table may have."""
    return Column("geom", _Shape(kind) if embedded() else geometry(kind))


def create_table(name: str, *columns: Column[Any]) -> None:
    """Create a table with its R-tree and guards on the GeoPackage, with its GiST index on PostGIS."""
    op.create_table(name, *columns)
    if embedded():
        if any(isinstance(column.type, _Shape) for column in columns):
            schema.create_rtree(op.get_bind(), name)
        schema.guard(op.get_bind(), name)


def drop_table(name: str) -> None:
    """Drop a table with what belongs to it."""
    if embedded():
        op.get_bind().exec_driver_sql(f'DROP TABLE IF EXISTS "rtree_{name}_geom"')
    op.drop_table(name)


def forbid_changes(name: str, unique: str) -> None:
    """Make a table append-only: whoever updates or deletes a row, ourselves included, is refused.

    `unique` names its unique column besides ``id``: SQLite's ``INSERT OR REPLACE`` removes rows without asking the
    triggers of deletion.
    """
    bind = op.get_bind()
    if not embedded():
        bind.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION geoservice_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of %% stay as they are', TG_TABLE_NAME; END $$"
        )
        bind.exec_driver_sql(
            f'CREATE TRIGGER "append_only_{name}" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{name}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION geoservice_append_only()"
        )
        return
    refusal = f"BEGIN SELECT RAISE(ABORT, 'rows of {name} stay as they are'); END"
    taken = f'EXISTS (SELECT 1 FROM "{name}" WHERE "id" = NEW."id" OR "{unique}" = NEW."{unique}")'
    for event, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", f"WHEN {taken} ")):
        trigger = f"append_only_{name}_{event.lower()}"
        bind.exec_driver_sql(f'CREATE TRIGGER "{trigger}" BEFORE {event} ON "{name}" {when}{refusal}')


def permit_changes(name: str) -> None:
    """Take back :func:`forbid_changes`."""
    bind = op.get_bind()
    if not embedded():
        bind.exec_driver_sql(f'DROP TRIGGER "append_only_{name}" ON "{name}"')
        return
    for event in ("update", "delete", "insert"):
        bind.exec_driver_sql(f'DROP TRIGGER "append_only_{name}_{event}"')


def create_believed_index(name: str, *columns: str) -> None:
    """Create the unique index over rows still believed (``superseded_at`` NULL)."""
    believed = text("superseded_at IS NULL")
    op.create_index(
        f"uq_{name}_believed",
        name,
        list(columns),
        unique=True,
        sqlite_where=believed,
        postgresql_where=believed,
    )


def publish_view(view: str, table: str, title: str, columns: Iterable[str], kind: str | None = None) -> None:
    """Create the view of rows in force today, and register it in the GeoPackage as a layer."""
    names = ", ".join(f'"{column}"' for column in columns)
    geom = ', "geom"' if kind else ""
    bind = op.get_bind()
    if embedded():
        today = "date('now', '+8 hours')"
        query = (
            f'SELECT "id" AS OGC_FID, {names}{geom} FROM "{table}" '
            f"WHERE superseded_at IS NULL AND valid_from <= {today} AND valid_to > {today}"
        )
        schema.publish_view(
            bind, view=view, query=query, title=title, geometry=(table, kind) if kind else None
        )
        return
    today = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
    bind.exec_driver_sql(
        f'CREATE VIEW "{view}" AS SELECT "id", {names}{geom} FROM "{table}" '
        f"WHERE superseded_at IS NULL AND valid_from <= {today} AND valid_to > {today}"
    )


def drop_view(view: str) -> None:
    """Drop a published view with its registration."""
    bind = op.get_bind()
    bind.exec_driver_sql(f'DROP VIEW IF EXISTS "{view}"')
    if embedded():
        bind.exec_driver_sql(f'DROP VIEW IF EXISTS "rtree_{view}_geom"')
        for table in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
            bind.execute(text(f"DELETE FROM {table} WHERE table_name = :view"), {"view": view})


def rebuild(name: str, *columns: Column[Any], copied: Iterable[str]) -> None:
    """Give a GeoPackage table a new definition, keeping rows, R-tree, triggers, indexes and guards.

    Parameters
    ----------
    name : str
        Table to rebuild; views over it must be dropped before and published again after.
    *columns : Column
        The new definition.
    copied : iterable of str
        Columns whose values are carried over.
    """
    bind = op.get_bind()
    indexes = bind.execute(
        text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql NOT NULL"),
        {"name": name},
    ).scalars()
    statements = list(indexes)
    bind.exec_driver_sql(f'ALTER TABLE "{name}" RENAME TO "old_{name}"')
    for row in bind.execute(
        text(
            "SELECT type, name FROM sqlite_master WHERE tbl_name = :old AND type IN ('index', 'trigger') AND sql NOT NULL"
        ),
        {"old": f"old_{name}"},
    ).all():
        bind.exec_driver_sql(f'DROP {row.type} "{row.name}"')
    bind.exec_driver_sql(f'DROP TABLE IF EXISTS "rtree_{name}_geom"')
    create_table(name, *columns)
    names = ", ".join(f'"{column}"' for column in copied)
    bind.exec_driver_sql(f'INSERT INTO "{name}" ({names}) SELECT {names} FROM "old_{name}"')
    bind.exec_driver_sql(f'DROP TABLE "old_{name}"')
    for statement in statements:
        bind.exec_driver_sql(statement)

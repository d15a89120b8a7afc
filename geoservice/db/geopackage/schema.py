"""What makes an SQLite file a GeoPackage: system tables, registration, R-trees, views and guards.

Sources: OGC 12-128r19 (GeoPackage 1.4), clauses 1.1 (system tables), 2.1 (features) and annex F.3 (R-tree).
The version is declared as 1.3, which every GDAL since 3.3 opens without a warning; nothing used here is newer.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, text

from geoservice.db.geopackage.functions import GUARD
from geoservice.db.geopackage.srs import DEFINITIONS

APPLICATION_ID: Final = 0x47504B47
USER_VERSION: Final = 10300

_SYSTEM_TABLES: Final = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    """CREATE TABLE gpkg_extensions (
        table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
        scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
)


def create_system_tables(connection: Connection) -> None:
    """Turn an empty SQLite file into an empty GeoPackage."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    for statement in _SYSTEM_TABLES:
        connection.exec_driver_sql(statement)
    for srs in DEFINITIONS:
        connection.execute(
            text(
                "INSERT INTO gpkg_spatial_ref_sys VALUES (:name, :id, :organization, :code, :definition, NULL)"
            ),
            srs,
        )


def create_rtree(connection: Connection, table: str, column: str = "geom", fid: str = "id") -> None:
    """Create the R-tree of a geometry column with the triggers that keep it (annex F.3).

    The triggers ``update1``–``update7`` of the standard collapse into two here, because row numbers never
    change: one for a new shape, one for a shape that went empty.
    """
    rtree = f"rtree_{table}_{column}"
    box = ", ".join(f'ST_{edge}(NEW."{column}")' for edge in ("MinX", "MaxX", "MinY", "MaxY"))
    full = f'NEW."{column}" NOT NULL AND NOT ST_IsEmpty(NEW."{column}")'
    void = f'NEW."{column}" ISNULL OR ST_IsEmpty(NEW."{column}")'
    insert = f'INSERT OR REPLACE INTO "{rtree}" VALUES (NEW."{fid}", {box})'
    for statement in (
        f'CREATE VIRTUAL TABLE "{rtree}" USING rtree(id, minx, maxx, miny, maxy)',
        f'CREATE TRIGGER "{rtree}_insert" AFTER INSERT ON "{table}" WHEN {full} BEGIN {insert}; END',
        f'CREATE TRIGGER "{rtree}_update" AFTER UPDATE OF "{column}" ON "{table}" WHEN {full} BEGIN {insert}; END',
        f'CREATE TRIGGER "{rtree}_empty" AFTER UPDATE OF "{column}" ON "{table}" WHEN {void} '
        f'BEGIN DELETE FROM "{rtree}" WHERE id = OLD."{fid}"; END',
        f'CREATE TRIGGER "{rtree}_delete" AFTER DELETE ON "{table}" BEGIN '
        f'DELETE FROM "{rtree}" WHERE id = OLD."{fid}"; END',
    ):
        connection.exec_driver_sql(statement)


def guard(connection: Connection, table: str) -> None:
    """Refuse writes to a table from programs that are not ours; reading stays free."""
    for event in ("INSERT", "UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f'CREATE TRIGGER "guard_{table}_{event.lower()}" BEFORE {event} ON "{table}" '
            f"WHEN NOT {GUARD}() BEGIN SELECT RAISE(ABORT, 'only geoservice may write to this file'); END"
        )


def publish_view(
    connection: Connection,
    *,
    view: str,
    query: str,
    title: str,
    geometry: tuple[str, str] | None = None,
    srid: int = 4490,
) -> None:
    """Register a view so that QGIS and GDAL list it.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    view, query, title : str
        Name, ``SELECT`` and title of the layer. The row number must come first as ``OGC_FID``, as GDAL asks.
    geometry : tuple of (str, str), optional
        Base table and geometry type; without it the view is listed as a plain table.
    srid : int
        Spatial reference of the geometry.

    Notes
    -----
    The view borrows its base table's R-tree through a view of the R-tree under the name the extension
    prescribes, so that GDAL filters spatially at index speed.
    """
    connection.exec_driver_sql(f'CREATE VIEW "{view}" AS {query}')
    connection.execute(
        text(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
            "VALUES (:view, :kind, :title, :title, :srid)"
        ),
        {"view": view, "title": title, "kind": "features" if geometry else "attributes", "srid": srid},
    )
    if geometry is None:
        return
    table, kind = geometry
    connection.execute(
        text("INSERT INTO gpkg_geometry_columns VALUES (:view, 'geom', :kind, :srid, 0, 0)"),
        {"view": view, "kind": kind, "srid": srid},
    )
    connection.exec_driver_sql(f'CREATE VIEW "rtree_{view}_geom" AS SELECT * FROM "rtree_{table}_geom"')
    connection.execute(
        text(
            "INSERT INTO gpkg_extensions VALUES (:view, 'geom', 'gpkg_rtree_index', "
            "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')"
        ),
        {"view": view},
    )


def refresh_extents(connection: Connection) -> None:
    """Bring the extents in ``gpkg_contents`` up to date from the R-trees.

    GDAL finds no extent of a view by itself. O(n) in the boxes, about 3 ms per 10,000.
    """
    names = connection.exec_driver_sql("SELECT table_name FROM gpkg_geometry_columns").scalars().all()
    for view in names:
        bounds: Any = connection.exec_driver_sql(
            f'SELECT min(minx), min(miny), max(maxx), max(maxy) FROM "rtree_{view}_geom"'
        ).one()
        connection.execute(
            text(
                "UPDATE gpkg_contents SET min_x=:w, min_y=:s, max_x=:e, max_y=:n, "
                "last_change=strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name=:view"
            ),
            {"w": bounds[0], "s": bounds[1], "e": bounds[2], "n": bounds[3], "view": view},
        )

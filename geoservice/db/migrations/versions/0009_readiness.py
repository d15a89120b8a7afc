"""Readiness of land: the clear-land checklist, supply gates and provisional holds."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Boolean, Column, Identity

from geoservice.db.migrations.helpers import create_believed_index, create_table, drop_table, shape
from geoservice.db.types import Blob, Code, Count, Day, Instant, Json, Number, RowId

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = ("checklist_item", "supply_gate", "hold")


def _versioned(name: str, *columns: Column[Any], shaped: str | None = None) -> None:
    spatial: list[Column[Any]] = []
    if shaped is not None:
        spatial = [
            *(Column(area, Number) for area in ("area_m2", "planar_area_m2")),
            Column("original_crs", Code),
            Column("original_wkb", Blob),
            *(Column(text, Code) for text in ("search", "geojson")),
            shape(shaped),
        ]
    create_table(
        name,
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        *columns,
        Column("extra", Json(), nullable=False),
        *spatial,
    )
    op.create_index(f"ix_{name}_key", name, ["key", "version"])
    op.create_index(f"ix_{name}_parcel", name, ["parcel"])
    create_believed_index(name, "key", "valid_from")


def upgrade() -> None:
    """Create the three tables."""
    _versioned(
        "checklist_item",
        Column("parcel", Code, nullable=False),
        Column("item", Code, nullable=False),
        Column("state", Code),
        *(Column(name, Day) for name in ("planned_on", "done_on")),
        *(Column(name, Code) for name in ("evidence", "unit", "note")),
    )
    _versioned(
        "supply_gate",
        Column("parcel", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("needed", Boolean(), nullable=False),
        *(Column(name, Day) for name in ("planned_on", "done_on")),
        *(Column(name, Code) for name in ("evidence", "unit", "note")),
    )
    _versioned(
        "hold",
        Column("parcel", Code, nullable=False),
        Column("party", Code, nullable=False),
        *(Column(name, Code) for name in ("intention", "unit")),
        Column("held_from", Day, nullable=False),
        Column("expires_on", Day, nullable=False),
        Column("released_on", Day),
        shaped="MULTIPOLYGON",
    )


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_TABLES):
        drop_table(name)

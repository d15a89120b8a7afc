"""Imports as conversations that can be undone, mapping profiles, and the lineage of parcels."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Identity

from geoservice.db.migrations.helpers import create_table, drop_table
from geoservice.db.types import Code, Count, Day, Instant, Json, Number, RowId

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_RUN = ("size", "uploaded_at", "uploaded_by", "asked", "result", "undone_at", "undone_by", "undo_reason")


def upgrade() -> None:
    """Create both tables, and say more about an import."""
    create_table(
        "parcel_lineage",
        Column("id", RowId, Identity(), primary_key=True),
        Column("predecessor", Code, nullable=False),
        Column("successor", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("changed_on", Day, nullable=False),
        Column("area_m2", Number, nullable=False),
        Column("share_of_predecessor", Number, nullable=False),
        Column("share_of_successor", Number, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("recorded_by", Code, nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
    )
    op.create_index("ix_parcel_lineage_predecessor", "parcel_lineage", ["predecessor"])
    op.create_index("ix_parcel_lineage_successor", "parcel_lineage", ["successor"])
    create_table(
        "mapping_profile",
        Column("id", RowId, Identity(), primary_key=True),
        Column("name", Code, nullable=False),
        Column("noun", Code, nullable=False),
        Column("fingerprint", Code, nullable=False),
        Column("columns", Json(), nullable=False),
        Column("mapping", Json(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("created_by", Code, nullable=False),
        Column("changed_at", Instant(), nullable=False),
        Column("changed_by", Code, nullable=False),
        Column("used", Count, nullable=False),
        Column("used_at", Instant()),
        Column("retired_at", Instant()),
    )
    op.create_index("ix_mapping_profile_fingerprint", "mapping_profile", ["fingerprint"])
    for column in (
        Column("size", RowId),
        Column("uploaded_at", Instant()),
        Column("uploaded_by", Code),
        Column("asked", Json()),
        Column("result", Json()),
        Column("undone_at", Instant()),
        Column("undone_by", Code),
        Column("undo_reason", Code),
    ):
        op.add_column("import_run", column)


def downgrade() -> None:
    """Drop what was created; of imports that were no publish nothing is left."""
    op.execute("DELETE FROM import_run WHERE state NOT IN ('published', 'running', 'rejected', 'failed')")
    for name in reversed(_RUN):
        op.drop_column("import_run", name)
    drop_table("mapping_profile")
    drop_table("parcel_lineage")

"""What the database remembers of the vault: references to sealed records, and the log of who read them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Identity

from geoservice.db.migrations.helpers import create_table, drop_table
from geoservice.db.types import Code, Count, Instant, Json, RowId

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    create_table(
        "sealed_record",
        Column("id", RowId, Identity(), primary_key=True),
        Column("kind", Code, nullable=False),
        Column("subject_noun", Code, nullable=False),
        Column("subject", Code, nullable=False),
        Column("fields", Json(), nullable=False),
        Column("record", Code, nullable=False, unique=True),
        Column("sha256", Code, nullable=False),
        Column("size", RowId, nullable=False),
        Column("erased_at", Instant()),
        Column("erased_by", Code),
        Column("recorded_at", Instant(), nullable=False),
        Column("recorded_by", Code, nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
    )
    op.create_index("ix_sealed_record_subject", "sealed_record", ["subject"])
    create_table(
        "access_log",
        Column("id", RowId, Identity(), primary_key=True),
        Column("at", Instant(), nullable=False),
        Column("actor", Code, nullable=False),
        Column("role", Code, nullable=False),
        Column("action", Code, nullable=False),
        Column("subject_noun", Code, nullable=False),
        Column("subject", Code),
        Column("number", Count, nullable=False),
        Column("keys", Json(), nullable=False),
        Column("question", Json(), nullable=False),
        Column("reason", Code),
    )
    op.create_index("ix_access_log_subject", "access_log", ["subject_noun", "subject"])


def downgrade() -> None:
    """Drop both; what is sealed stays in the vault."""
    drop_table("access_log")
    drop_table("sealed_record")

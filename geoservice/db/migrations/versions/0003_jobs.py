"""The queue of long work."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Identity

from geoservice.db.migrations.helpers import create_table, drop_table
from geoservice.db.types import Code, Count, Flag, Instant, Json, RowId

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the queue."""
    create_table(
        "job",
        Column("id", RowId, Identity(), primary_key=True),
        Column("kind", Code, nullable=False),
        Column("subject", Code),
        Column("asked", Json(), nullable=False),
        Column("state", Code, nullable=False),
        Column("attempts", Count, nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("created_by", Code, nullable=False),
        Column("started_at", Instant()),
        Column("finished_at", Instant()),
        Column("progress", Json()),
        Column("cancel_asked", Flag, nullable=False),
        Column("result", Json()),
        Column("error", Json()),
    )
    op.create_index("ix_job_state", "job", ["state", "id"])
    op.create_index("ix_job_subject", "job", ["kind", "subject"])


def downgrade() -> None:
    """Drop it."""
    drop_table("job")

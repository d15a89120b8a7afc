"""Clearance in full: evidence of unit facts, signing threshold, land and funds of tasks, and published figures."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, Identity

from geoservice.db.migrations.helpers import create_believed_index, create_table, drop_table
from geoservice.db.types import Code, Count, Day, Fen, Instant, Number, RowId

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_FACTS = (
    "surveyed",
    "appraised",
    "signed",
    "compensated",
    "vacated",
    "demolished",
    "decided",
    "reviewed",
    "litigated",
    "enforcement",
)


def upgrade() -> None:
    """Add columns and the table of published figures."""
    for name, kind in _task_columns():
        op.add_column("demolition_task", Column(name, kind))
    for fact in _FACTS:
        op.add_column("demolition_unit", Column(f"{fact}_evidence", Code))
    create_table(
        "demolition_published",
        Column("id", RowId, Identity(), primary_key=True),
        Column("task", Code, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("figures_on", Day, nullable=False),
        Column("households_total", Count, nullable=False),
        Column("households_signed", Count, nullable=False),
        Column("households_vacated", Count, nullable=False),
        Column("households_demolished", Count, nullable=False),
        Column("households_remaining", Count, nullable=False),
        Column("signed_rate", Number),
        Column("vacated_rate", Number),
        Column("demolished_rate", Number),
    )
    op.create_index(
        "ix_demolition_published_task", "demolition_published", ["task", "valid_from", "valid_to"]
    )
    create_believed_index("demolition_published", "task", "valid_from")


def downgrade() -> None:
    """Take them away again."""
    drop_table("demolition_published")
    for fact in _FACTS:
        op.drop_column("demolition_unit", f"{fact}_evidence")
    for name, _ in _task_columns():
        op.drop_column("demolition_task", name)


def _task_columns() -> tuple[tuple[str, Any], ...]:
    return (
        ("signing_threshold", Number),
        ("signing_deadline", Day),
        ("acquired_area_m2", Number),
        ("funds_due_fen", Fen),
        ("funds_paid_fen", Fen),
    )

"""The land registers: approval batches with their parcels, supply contracts, idle and inefficient land."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Boolean, Column, Identity

from geoservice.db.migrations.helpers import create_believed_index, create_table, drop_table
from geoservice.db.types import Code, Count, Day, Fen, Instant, Json, Number, RowId

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = ("approval_batch", "batch_parcel", "supply_contract", "land_case")


def _versioned(name: str, *columns: Column[Any], indexed: tuple[str, ...] = ()) -> None:
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
    )
    op.create_index(f"ix_{name}_key", name, ["key", "version"])
    for column in indexed:
        op.create_index(f"ix_{name}_{column}", name, [column])
    create_believed_index(name, "key", "valid_from")


def upgrade() -> None:
    """Create the four tables."""
    _versioned(
        "approval_batch",
        Column("batch_number", Code, nullable=False),
        *(Column(name, Code) for name in ("document_number", "name", "authority")),
        Column("approved_on", Day),
        Column("district", Code),
        *(Column(name, Number) for name in ("converted_area_m2", "acquired_area_m2", "quota_area_m2")),
        Column("balance_number", Code),
        Column("note", Code),
    )
    _versioned(
        "batch_parcel",
        Column("batch", Code, nullable=False),
        Column("parcel", Code, nullable=False),
        Column("batch_area_m2", Number),
        indexed=("batch", "parcel"),
    )
    _contract()
    _versioned(
        "land_case",
        Column("parcel", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("opened_on", Day, nullable=False),
        Column("contract", Code),
        Column("cause", Code),
        Column("investigated_on", Day),
        Column("determined_on", Day),
        Column("measure", Code),
        Column("disposed_on", Day),
        Column("closed_on", Day),
        *(Column(name, Code) for name in ("closed_because", "evidence", "unit", "note")),
        indexed=("parcel",),
    )


def _contract() -> None:
    _versioned(
        "supply_contract",
        Column("contract_number", Code, nullable=False),
        Column("document_number", Code),
        Column("parcel", Code, nullable=False),
        Column("project", Code),
        Column("method", Code, nullable=False),
        Column("holder", Code),
        Column("use_name", Code),
        Column("supplied_area_m2", Number),
        Column("term_years", Number),
        Column("lease_then_grant", Boolean(), nullable=False),
        Column("signed_on", Day),
        Column("price_fen", Fen),
        Column("paid_fen", Fen),
        Column("payment_due_on", Day),
        Column("agreed_delivery_on", Day),
        Column("delivered_on", Day),
        Column("agreed_start_on", Day),
        Column("extended_start_on", Day),
        Column("extension_reason", Code),
        *(Column(name, Day) for name in ("started_on", "stopped_on", "resumed_on")),
        Column("agreed_completion_on", Day),
        Column("completed_on", Day),
        Column("developed_area_m2", Number),
        Column("investment_agreed_fen", Fen),
        Column("investment_done_fen", Fen),
        Column("note", Code),
        indexed=("parcel", "project"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_TABLES):
        drop_table(name)

"""Tables of the land registers: approval batches, supply contracts, and the cases of idle and inefficient land."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column

from geoservice.db.types import Code, Day, Fen, Flag, Label, Number
from geoservice.model.columns import versioned

approval_batch: Final = versioned(
    "approval_batch",
    Column("batch_number", Code, nullable=False),
    Column("document_number", Code),
    Column("name", Label),
    Column("authority", Label),
    Column("approved_on", Day),
    Column("district", Code),
    Column("converted_area_m2", Number),
    Column("acquired_area_m2", Number),
    Column("quota_area_m2", Number),
    Column("balance_number", Code),
    Column("note", Label),
)

batch_parcel: Final = versioned(
    "batch_parcel",
    Column("batch", Code, nullable=False, index=True),
    Column("parcel", Code, nullable=False, index=True),
    Column("batch_area_m2", Number),
)

supply_contract: Final = versioned(
    "supply_contract",
    Column("contract_number", Code, nullable=False),
    Column("document_number", Code),
    Column("parcel", Code, nullable=False, index=True),
    Column("project", Code, index=True),
    Column("method", Code, nullable=False),
    Column("holder", Label),
    Column("use_name", Label),
    Column("supplied_area_m2", Number),
    Column("term_years", Number),
    Column("lease_then_grant", Flag, nullable=False, default=False),
    Column("signed_on", Day),
    Column("price_fen", Fen),
    Column("paid_fen", Fen),
    Column("payment_due_on", Day),
    Column("agreed_delivery_on", Day),
    Column("delivered_on", Day),
    Column("agreed_start_on", Day),
    Column("extended_start_on", Day),
    Column("extension_reason", Label),
    Column("started_on", Day),
    Column("stopped_on", Day),
    Column("resumed_on", Day),
    Column("agreed_completion_on", Day),
    Column("completed_on", Day),
    Column("developed_area_m2", Number),
    Column("investment_agreed_fen", Fen),
    Column("investment_done_fen", Fen),
    Column("note", Label),
)

land_case: Final = versioned(
    "land_case",
    Column("parcel", Code, nullable=False, index=True),
    Column("kind", Code, nullable=False),
    Column("opened_on", Day, nullable=False),
    Column("contract", Code),
    Column("cause", Code),
    Column("investigated_on", Day),
    Column("determined_on", Day),
    Column("measure", Label),
    Column("disposed_on", Day),
    Column("closed_on", Day),
    Column("closed_because", Label),
    Column("evidence", Label),
    Column("unit", Label),
    Column("note", Label),
)

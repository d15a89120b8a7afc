"""What the database remembers of the vault, where the values are: which record, which fields, and who read them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Table

from geoservice.db.types import Code, Count, Instant, Json, Label, RowId
from geoservice.model.columns import metadata, recorded, row_id

sealed_record: Final = recorded(
    "sealed_record",
    Column("kind", Code, nullable=False),
    Column("subject_noun", Code, nullable=False),
    Column("subject", Code, nullable=False, index=True),
    Column("fields", Json(), nullable=False),
    Column("record", Code, nullable=False, unique=True),
    Column("sha256", Code, nullable=False),
    Column("size", RowId, nullable=False),
    Column("erased_at", Instant()),
    Column("erased_by", Label),
)

access_log: Final = Table(
    "access_log",
    metadata,
    row_id(),
    Column("at", Instant(), nullable=False),
    Column("actor", Label, nullable=False),
    Column("role", Code, nullable=False),
    Column("action", Code, nullable=False),
    Column("subject_noun", Code, nullable=False),
    Column("subject", Code),
    Column("number", Count, nullable=False),
    Column("keys", Json(), nullable=False),
    Column("question", Json(), nullable=False),
    Column("reason", Label),
)
Index("ix_access_log_subject", access_log.c.subject_noun, access_log.c.subject)

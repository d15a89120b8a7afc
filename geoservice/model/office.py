"""Tables of the office itself: people, tokens, imports, names of things, revisions and the audit log."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Table

from geoservice.db.types import Blob, Code, Instant, Json, Label, RowId
from geoservice.model.columns import metadata, recorded, row_id

alias: Final = recorded(
    "alias",
    Column("noun", Code, nullable=False),
    Column("scheme", Code, nullable=False),
    Column("value", Code, nullable=False),
    Column("key", Code, nullable=False),
)
Index("ix_alias_lookup", alias.c.noun, alias.c.scheme, alias.c.value)
Index("ix_alias_key", alias.c.noun, alias.c.key)

minted: Final = Table(
    "minted",
    metadata,
    row_id(),
    Column("noun", Code, nullable=False, unique=True),
    Column("last_number", RowId, nullable=False),
)

revision: Final = Table(
    "revision",
    metadata,
    row_id(),
    Column("source", Code, nullable=False, unique=True),
    Column("number", RowId, nullable=False),
    Column("changed_at", Instant(), nullable=False),
)

audit: Final = Table(
    "audit",
    metadata,
    row_id(),
    Column("at", Instant(), nullable=False),
    Column("actor", Label, nullable=False),
    Column("action", Code, nullable=False),
    Column("reason", Label),
    Column("touched", Json(), nullable=False),
    Column("manifest_hash", Code, nullable=False),
    Column("previous_hash", Code, nullable=False),
    Column("hash", Code, nullable=False, unique=True),
)

audit_manifest: Final = Table(
    "audit_manifest",
    metadata,
    row_id(),
    Column("entry", RowId, nullable=False, unique=True),
    Column("body", Blob, nullable=False),
)

import_run: Final = Table(
    "import_run",
    metadata,
    row_id(),
    Column("at", Instant(), nullable=False),
    Column("actor", Label, nullable=False),
    Column("noun", Code, nullable=False),
    Column("file_name", Label, nullable=False),
    Column("file_sha256", Code, nullable=False),
    Column("state", Code, nullable=False),
    Column("mapping", Json(), nullable=False),
    Column("mapping_sha256", Code, nullable=False),
    Column("counts", Json(), nullable=False),
    Column("findings", Json(), nullable=False),
    Column("rejects", Json(), nullable=False),
    Column("size", RowId),
    Column("uploaded_at", Instant()),
    Column("uploaded_by", Label),
    Column("asked", Json()),
    Column("result", Json()),
    Column("undone_at", Instant()),
    Column("undone_by", Label),
    Column("undo_reason", Label),
)

user: Final = Table(
    "user_account",
    metadata,
    row_id(),
    Column("name", Code, nullable=False, unique=True),
    Column("display_name", Label, nullable=False),
    Column("role", Code, nullable=False),
    Column("scopes", Json(), nullable=False, default=list),
    Column("created_at", Instant(), nullable=False),
    Column("disabled_at", Instant()),
)

token: Final = Table(
    "token",
    metadata,
    row_id(),
    Column("kind", Code, nullable=False),
    Column("user_name", Code, nullable=False, index=True),
    Column("secret_hash", Code, nullable=False, unique=True),
    Column("label", Label, nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("expires_at", Instant(), nullable=False),
    Column("used_at", Instant()),
    Column("revoked_at", Instant()),
    Column("csrf_hash", Code),
)

setting: Final = Table(
    "setting",
    metadata,
    row_id(),
    Column("name", Code, nullable=False, unique=True),
    Column("value", Json(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
)

"""Let nobody change or remove what the audit log holds, and keep what each entry touched."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Identity

from geoservice.db.migrations.helpers import (
    create_table,
    drop_table,
    embedded,
    forbid_changes,
    permit_changes,
)
from geoservice.db.types import Blob, RowId

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_table(
        "audit_manifest",
        Column("id", RowId, Identity(), primary_key=True),
        Column("entry", RowId, nullable=False, unique=True),
        Column("body", Blob, nullable=False),
    )
    forbid_changes("audit", "hash")
    forbid_changes("audit_manifest", "entry")


def downgrade() -> None:
    permit_changes("audit_manifest")
    permit_changes("audit")
    drop_table("audit_manifest")
    if not embedded():
        op.execute("DROP FUNCTION geoservice_append_only()")

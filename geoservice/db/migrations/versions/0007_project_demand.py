"""What use of land a project without a site is looking for, so that demand can be set against supply."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from geoservice.db.types import Code

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = ("demand_use_code", "demand_use_system")


def upgrade() -> None:
    """Add both columns; a column without a default needs no rebuild on either engine."""
    for name in _COLUMNS:
        op.add_column("project", Column(name, Code))


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_COLUMNS):
        op.drop_column("project", name)

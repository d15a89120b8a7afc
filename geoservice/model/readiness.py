"""Tables of what stands between land and its supply: the clear-land checklist, supply gates, provisional holds."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column

from geoservice.db.types import Code, Day, Flag, Label
from geoservice.model.columns import versioned

checklist_item: Final = versioned(
    "checklist_item",
    Column("parcel", Code, nullable=False, index=True),
    Column("item", Code, nullable=False),
    Column("state", Code),
    Column("planned_on", Day),
    Column("done_on", Day),
    Column("evidence", Label),
    Column("unit", Label),
    Column("note", Label),
)

supply_gate: Final = versioned(
    "supply_gate",
    Column("parcel", Code, nullable=False, index=True),
    Column("kind", Code, nullable=False),
    Column("needed", Flag, nullable=False, default=True),
    Column("planned_on", Day),
    Column("done_on", Day),
    Column("evidence", Label),
    Column("unit", Label),
    Column("note", Label),
)

hold: Final = versioned(
    "hold",
    Column("parcel", Code, nullable=False, index=True),
    Column("party", Label, nullable=False),
    Column("intention", Label),
    Column("unit", Label),
    Column("held_from", Day, nullable=False),
    Column("expires_on", Day, nullable=False),
    Column("released_on", Day),
    shape="MULTIPOLYGON",
)

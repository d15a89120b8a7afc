"""What became of parcels, and how headings of files were mapped before."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Table

from geoservice.db.types import Code, Count, Day, Instant, Json, Label, Number
from geoservice.model.columns import metadata, recorded, row_id

parcel_lineage: Final = recorded(
    "parcel_lineage",
    Column("predecessor", Code, nullable=False),
    Column("successor", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("changed_on", Day, nullable=False),
    Column("area_m2", Number, nullable=False),
    Column("share_of_predecessor", Number, nullable=False),
    Column("share_of_successor", Number, nullable=False),
)
Index("ix_parcel_lineage_predecessor", parcel_lineage.c.predecessor)
Index("ix_parcel_lineage_successor", parcel_lineage.c.successor)

mapping_profile: Final = Table(
    "mapping_profile",
    metadata,
    row_id(),
    Column("name", Label, nullable=False),
    Column("noun", Code, nullable=False),
    Column("fingerprint", Code, nullable=False),
    Column("columns", Json(), nullable=False),
    Column("mapping", Json(), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("created_by", Label, nullable=False),
    Column("changed_at", Instant(), nullable=False),
    Column("changed_by", Label, nullable=False),
    Column("used", Count, nullable=False, default=0),
    Column("used_at", Instant()),
    Column("retired_at", Instant()),
)
Index("ix_mapping_profile_fingerprint", mapping_profile.c.fingerprint)

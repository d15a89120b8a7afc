"""Tables of the land: zones, parks, parcels, their verdicts, and the layers that constrain them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column

from geoservice.db.types import Blob, Code, Day, Flag, Json, Label, Number
from geoservice.model.columns import derived, versioned

zone: Final = versioned(
    "zone",
    Column("code", Code),
    Column("name", Label, nullable=False),
    Column("kind", Code, nullable=False),
    shape="MULTIPOLYGON",
)

park: Final = versioned(
    "park",
    Column("code", Code),
    Column("name", Label, nullable=False),
    Column("level", Code),
    Column("district", Code),
    Column("leading_industries", Json(), nullable=False, default=list),
    Column("approved_area_m2", Number),
    shape="MULTIPOLYGON",
)

parcel: Final = versioned(
    "parcel",
    Column("parcel_number", Code),
    Column("parcel_code", Code),
    Column("name", Label),
    Column("address", Label),
    Column("district", Code),
    Column("subdistrict", Code),
    Column("park", Code),
    Column("use_code", Code),
    Column("use_system", Code),
    Column("use_name", Label),
    Column("state", Code),
    Column("certified_area_m2", Number),
    Column("far_min", Number),
    Column("far_max", Number),
    Column("coverage_min", Number),
    Column("coverage_max", Number),
    Column("green_max", Number),
    Column("height_max_m", Number),
    Column("planning_set", Flag, nullable=False, default=False),
    Column("promotable", Flag, nullable=False, default=False),
    Column("mortgaged", Flag, nullable=False, default=False),
    Column("seized", Flag, nullable=False, default=False),
    Column("cleared_plan_on", Day),
    Column("note", Label),
    shape="MULTIPOLYGON",
)

layer: Final = versioned(
    "layer",
    Column("code", Code, nullable=False),
    Column("name", Label, nullable=False),
    Column("name_en", Label),
    Column("kind", Code, nullable=False),
    Column("effect", Code),
    Column("theme", Code),
    Column("allowed_uses", Json(), nullable=False, default=list),
    Column("unit", Label),
    Column("sliver_m2", Number, nullable=False, default=1.0),
    Column("hidden", Flag, nullable=False, default=False),
    Column("source", Label),
    Column("source_date", Day),
    Column("licence", Label),
)

layer_feature: Final = versioned(
    "layer_feature",
    Column("layer", Code, nullable=False, index=True),
    Column("name", Label),
    Column("class", Label),
    Column("code", Code),
    shape="GEOMETRY",
)

verdict: Final = derived(
    "verdict",
    "parcel",
    Column("status", Code, nullable=False),
    Column("reasons", Json(), nullable=False),
    Column("reasons_public", Json(), nullable=False),
    Column("usable_area_m2", Number, nullable=False),
    Column("usable_wkb", Blob),
    Column("available_from", Day),
    Column("plan", Flag, nullable=False),
    Column("rule_version", Code, nullable=False),
)

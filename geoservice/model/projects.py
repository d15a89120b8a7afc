"""Tables of projects: the project, its links to parcels, dated events, money and blockers."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index

from geoservice.db.types import Code, Count, Day, Fen, Flag, Label, Number, geometry
from geoservice.model.columns import derived, recorded, versioned

project: Final = versioned(
    "project",
    Column("project_number", Code),
    Column("project_code", Code),
    Column("name", Label, nullable=False),
    Column("level", Code),
    Column("category", Code),
    Column("industry", Code),
    Column("district", Code),
    Column("park", Code),
    Column("investment_total_fen", Fen),
    Column("annual_plan_fen", Fen),
    Column("demand_area_m2", Number),
    Column("demand_use_code", Code),
    Column("demand_use_system", Code),
    Column("lead_official", Label),
    Column("lead_department", Label),
    Column("summary", Label),
    Column("published", Flag, nullable=False, default=False),
    Column("side_state", Code, nullable=False, default="normal"),
    shape="GEOMETRY",
)

project_parcel: Final = versioned(
    "project_parcel",
    Column("project", Code, nullable=False, index=True),
    Column("parcel", Code, nullable=False, index=True),
    Column("role", Code, nullable=False, default="site"),
    Column("share", Number),
    Column("basis", Code, nullable=False, default="declared"),
)

stage_event: Final = recorded(
    "stage_event",
    Column("project", Code, nullable=False, index=True),
    Column("stage", Code, nullable=False),
    Column("planned_on", Day),
    Column("actual_on", Day),
    Column("evidence", Label),
    Column("skipped", Flag, nullable=False, default=False),
    Column("reason", Label),
)

milestone: Final = recorded(
    "milestone",
    Column("subject_noun", Code, nullable=False),
    Column("subject", Code, nullable=False, index=True),
    Column("track", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("planned_on", Day),
    Column("actual_on", Day),
    Column("evidence", Label),
)

investment_month: Final = recorded(
    "investment_month",
    Column("project", Code, nullable=False, index=True),
    Column("month", Day, nullable=False),
    Column("amount_fen", Fen, nullable=False),
)

target: Final = recorded(
    "target",
    Column("subject_noun", Code, nullable=False),
    Column("subject", Code, nullable=False, index=True),
    Column("kind", Code, nullable=False),
    Column("period_from", Day, nullable=False),
    Column("period_to", Day, nullable=False),
    Column("amount", Number, nullable=False),
    Column("unit", Code, nullable=False),
)

blocker: Final = versioned(
    "blocker",
    Column("project", Code, nullable=False, index=True),
    Column("kind", Code, nullable=False),
    Column("title", Label, nullable=False),
    Column("owner_unit", Label),
    Column("opened_on", Day),
    Column("due_on", Day),
    Column("escalation", Count, nullable=False, default=0),
    Column("feedback", Label),
    Column("closed_on", Day),
)

project_stage: Final = derived(
    "project_stage",
    "project",
    Column("stage", Code),
    Column("stage_group", Code),
    Column("side_state", Code, nullable=False),
    Column("stage_since", Day),
    Column("stage_next", Code),
    Column("stage_next_planned_on", Day),
    Column("late", Flag, nullable=False),
    Column("plan", Flag, nullable=False),
)

project_site: Final = derived(
    "project_site",
    "project",
    Column("parcel_count", Count, nullable=False),
    Column("land_area_m2", Number, nullable=False),
    Column("basis", Code),
    Column("geojson", Label),
    Column("geom", geometry("GEOMETRY")),
)

Index("ix_stage_event_project_stage", stage_event.c.project, stage_event.c.stage)

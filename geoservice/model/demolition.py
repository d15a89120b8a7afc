"""Tables of expropriation and clearance: tasks, their subjects, units, and progress by date."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column

from geoservice.db.types import Code, Count, Day, Fen, Label, Number
from geoservice.model.columns import derived, versioned

demolition_task: Final = versioned(
    "demolition_task",
    Column("task_number", Code),
    Column("name", Label, nullable=False),
    Column("land_kind", Code),
    Column("unit", Label),
    Column("district", Code),
    Column("park", Code),
    Column("announced_on", Day),
    Column("started_on", Day),
    Column("planned_clear_on", Day),
    Column("delivered_on", Day),
    Column("target_households", Count),
    Column("signing_threshold", Number),
    Column("signing_deadline", Day),
    Column("acquired_area_m2", Number),
    Column("funds_due_fen", Fen),
    Column("funds_paid_fen", Fen),
    shape="MULTIPOLYGON",
)

demolition_subject: Final = versioned(
    "demolition_subject",
    Column("task", Code, nullable=False, index=True),
    Column("subject_noun", Code, nullable=False),
    Column("subject", Code, nullable=False, index=True),
    Column("basis", Code, nullable=False, default="declared"),
)

demolition_unit: Final = versioned(
    "demolition_unit",
    Column("unit_number", Code, nullable=False),
    Column("task", Code, nullable=False, index=True),
    Column("kind", Code, nullable=False),
    Column("floor_area_m2", Number),
    Column("land_area_m2", Number),
    Column("surveyed_on", Day),
    Column("appraised_on", Day),
    Column("signed_on", Day),
    Column("compensated_on", Day),
    Column("vacated_on", Day),
    Column("demolished_on", Day),
    Column("decided_on", Day),
    Column("reviewed_on", Day),
    Column("litigated_on", Day),
    Column("enforcement_on", Day),
    Column("surveyed_evidence", Label),
    Column("appraised_evidence", Label),
    Column("signed_evidence", Label),
    Column("compensated_evidence", Label),
    Column("vacated_evidence", Label),
    Column("demolished_evidence", Label),
    Column("decided_evidence", Label),
    Column("reviewed_evidence", Label),
    Column("litigated_evidence", Label),
    Column("enforcement_evidence", Label),
    shape="POINT",
)

demolition_progress: Final = derived(
    "demolition_progress",
    "task",
    Column("state", Code, nullable=False),
    Column("public_state", Code),
    Column("units_total", Count, nullable=False),
    Column("households_total", Count, nullable=False),
    Column("households_signed", Count, nullable=False),
    Column("households_vacated", Count, nullable=False),
    Column("households_demolished", Count, nullable=False),
    Column("households_remaining", Count, nullable=False),
    Column("signed_rate", Number),
    Column("vacated_rate", Number),
    Column("demolished_rate", Number),
    Column("floor_area_m2", Number, nullable=False),
    Column("demolished_floor_area_m2", Number, nullable=False),
    Column("delivered_area_m2", Number, nullable=False),
)

demolition_published: Final = derived(
    "demolition_published",
    "task",
    Column("figures_on", Day, nullable=False),
    Column("households_total", Count, nullable=False),
    Column("households_signed", Count, nullable=False),
    Column("households_vacated", Count, nullable=False),
    Column("households_demolished", Count, nullable=False),
    Column("households_remaining", Count, nullable=False),
    Column("signed_rate", Number),
    Column("vacated_rate", Number),
    Column("demolished_rate", Number),
)

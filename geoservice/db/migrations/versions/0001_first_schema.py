"""The first schema: nouns, derived intervals, office tables, published views."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Identity

from geoservice.db.migrations.helpers import (
    create_believed_index,
    create_table,
    drop_table,
    drop_view,
    publish_view,
    shape,
)
from geoservice.db.types import Blob, Code, Count, Day, Fen, Flag, Instant, Json, Number, RowId

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    _demolition_task()
    _demolition_subject()
    _demolition_unit()
    _demolition_progress()
    _zone()
    _park()
    _parcel()
    _layer()
    _layer_feature()
    _verdict()
    _alias()
    _minted()
    _revision()
    _audit()
    _import_run()
    _user_account()
    _token()
    _setting()
    _project()
    _project_parcel()
    _stage_event()
    _milestone()
    _investment_month()
    _target()
    _blocker()
    _project_stage()
    _project_site()
    _views()


def downgrade() -> None:
    """Drop everything."""
    for view in _VIEWS:
        drop_view(view)
    for table in reversed(_TABLES):
        drop_table(table)


_TABLES = (
    "demolition_task",
    "demolition_subject",
    "demolition_unit",
    "demolition_progress",
    "zone",
    "park",
    "parcel",
    "layer",
    "layer_feature",
    "verdict",
    "alias",
    "minted",
    "revision",
    "audit",
    "import_run",
    "user_account",
    "token",
    "setting",
    "project",
    "project_parcel",
    "stage_event",
    "milestone",
    "investment_month",
    "target",
    "blocker",
    "project_stage",
    "project_site",
)
_VIEWS = (
    "parcels",
    "parks",
    "projects",
    "zones",
    "demolition_tasks",
    "layer_features",
    "project_parcels",
    "verdicts",
)


def _demolition_task() -> None:
    create_table(
        "demolition_task",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("task_number", Code),
        Column("name", Code, nullable=False),
        Column("land_kind", Code),
        Column("unit", Code),
        Column("district", Code),
        Column("park", Code),
        Column("announced_on", Day),
        Column("started_on", Day),
        Column("planned_clear_on", Day),
        Column("delivered_on", Day),
        Column("target_households", Count),
        Column("extra", Json(), nullable=False),
        Column("area_m2", Number),
        Column("planar_area_m2", Number),
        Column("original_crs", Code),
        Column("original_wkb", Blob),
        Column("search", Code),
        Column("geojson", Code),
        shape("MULTIPOLYGON"),
    )
    op.create_index("ix_demolition_task_key", "demolition_task", ["key", "version"])
    create_believed_index("demolition_task", "key", "valid_from")


def _demolition_subject() -> None:
    create_table(
        "demolition_subject",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("task", Code, nullable=False),
        Column("subject_noun", Code, nullable=False),
        Column("subject", Code, nullable=False),
        Column("basis", Code, nullable=False),
        Column("extra", Json(), nullable=False),
    )
    op.create_index("ix_demolition_subject_key", "demolition_subject", ["key", "version"])
    op.create_index("ix_demolition_subject_subject", "demolition_subject", ["subject"])
    op.create_index("ix_demolition_subject_task", "demolition_subject", ["task"])
    create_believed_index("demolition_subject", "key", "valid_from")


def _demolition_unit() -> None:
    create_table(
        "demolition_unit",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("unit_number", Code, nullable=False),
        Column("task", Code, nullable=False),
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
        Column("extra", Json(), nullable=False),
        Column("area_m2", Number),
        Column("planar_area_m2", Number),
        Column("original_crs", Code),
        Column("original_wkb", Blob),
        Column("search", Code),
        Column("geojson", Code),
        shape("POINT"),
    )
    op.create_index("ix_demolition_unit_key", "demolition_unit", ["key", "version"])
    op.create_index("ix_demolition_unit_task", "demolition_unit", ["task"])
    create_believed_index("demolition_unit", "key", "valid_from")


def _demolition_progress() -> None:
    create_table(
        "demolition_progress",
        Column("id", RowId, Identity(), primary_key=True),
        Column("task", Code, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
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
    op.create_index("ix_demolition_progress_task", "demolition_progress", ["task", "valid_from", "valid_to"])
    create_believed_index("demolition_progress", "task", "valid_from")


def _zone() -> None:
    create_table(
        "zone",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("code", Code),
        Column("name", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("extra", Json(), nullable=False),
        Column("area_m2", Number),
        Column("planar_area_m2", Number),
        Column("original_crs", Code),
        Column("original_wkb", Blob),
        Column("search", Code),
        Column("geojson", Code),
        shape("MULTIPOLYGON"),
    )
    op.create_index("ix_zone_key", "zone", ["key", "version"])
    create_believed_index("zone", "key", "valid_from")


def _park() -> None:
    create_table(
        "park",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("code", Code),
        Column("name", Code, nullable=False),
        Column("level", Code),
        Column("district", Code),
        Column("leading_industries", Json(), nullable=False),
        Column("approved_area_m2", Number),
        Column("extra", Json(), nullable=False),
        Column("area_m2", Number),
        Column("planar_area_m2", Number),
        Column("original_crs", Code),
        Column("original_wkb", Blob),
        Column("search", Code),
        Column("geojson", Code),
        shape("MULTIPOLYGON"),
    )
    op.create_index("ix_park_key", "park", ["key", "version"])
    create_believed_index("park", "key", "valid_from")


def _parcel() -> None:
    create_table(
        "parcel",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("parcel_number", Code),
        Column("parcel_code", Code),
        Column("name", Code),
        Column("address", Code),
        Column("district", Code),
        Column("subdistrict", Code),
        Column("park", Code),
        Column("use_code", Code),
        Column("use_system", Code),
        Column("use_name", Code),
        Column("state", Code),
        Column("certified_area_m2", Number),
        Column("far_min", Number),
        Column("far_max", Number),
        Column("coverage_min", Number),
        Column("coverage_max", Number),
        Column("green_max", Number),
        Column("height_max_m", Number),
        Column("planning_set", Flag, nullable=False),
        Column("promotable", Flag, nullable=False),
        Column("mortgaged", Flag, nullable=False),
        Column("seized", Flag, nullable=False),
        Column("cleared_plan_on", Day),
        Column("note", Code),
        Column("extra", Json(), nullable=False),
        Column("area_m2", Number),
        Column("planar_area_m2", Number),
        Column("original_crs", Code),
        Column("original_wkb", Blob),
        Column("search", Code),
        Column("geojson", Code),
        shape("MULTIPOLYGON"),
    )
    op.create_index("ix_parcel_key", "parcel", ["key", "version"])
    create_believed_index("parcel", "key", "valid_from")


def _layer() -> None:
    create_table(
        "layer",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("code", Code, nullable=False),
        Column("name", Code, nullable=False),
        Column("name_en", Code),
        Column("kind", Code, nullable=False),
        Column("effect", Code),
        Column("theme", Code),
        Column("allowed_uses", Json(), nullable=False),
        Column("unit", Code),
        Column("sliver_m2", Number, nullable=False),
        Column("hidden", Flag, nullable=False),
        Column("source", Code),
        Column("source_date", Day),
        Column("licence", Code),
        Column("extra", Json(), nullable=False),
    )
    op.create_index("ix_layer_key", "layer", ["key", "version"])
    create_believed_index("layer", "key", "valid_from")


def _layer_feature() -> None:
    create_table(
        "layer_feature",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("layer", Code, nullable=False),
        Column("name", Code),
        Column("class", Code),
        Column("code", Code),
        Column("extra", Json(), nullable=False),
        Column("area_m2", Number),
        Column("planar_area_m2", Number),
        Column("original_crs", Code),
        Column("original_wkb", Blob),
        Column("search", Code),
        Column("geojson", Code),
        shape("GEOMETRY"),
    )
    op.create_index("ix_layer_feature_key", "layer_feature", ["key", "version"])
    op.create_index("ix_layer_feature_layer", "layer_feature", ["layer"])
    create_believed_index("layer_feature", "key", "valid_from")


def _verdict() -> None:
    create_table(
        "verdict",
        Column("id", RowId, Identity(), primary_key=True),
        Column("parcel", Code, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("status", Code, nullable=False),
        Column("reasons", Json(), nullable=False),
        Column("reasons_public", Json(), nullable=False),
        Column("usable_area_m2", Number, nullable=False),
        Column("usable_wkb", Blob),
        Column("available_from", Day),
        Column("plan", Flag, nullable=False),
        Column("rule_version", Code, nullable=False),
    )
    op.create_index("ix_verdict_parcel", "verdict", ["parcel", "valid_from", "valid_to"])
    create_believed_index("verdict", "parcel", "valid_from")


def _alias() -> None:
    create_table(
        "alias",
        Column("id", RowId, Identity(), primary_key=True),
        Column("noun", Code, nullable=False),
        Column("scheme", Code, nullable=False),
        Column("value", Code, nullable=False),
        Column("key", Code, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("recorded_by", Code, nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
    )
    op.create_index("ix_alias_key", "alias", ["noun", "key"])
    op.create_index("ix_alias_lookup", "alias", ["noun", "scheme", "value"])


def _minted() -> None:
    create_table(
        "minted",
        Column("id", RowId, Identity(), primary_key=True),
        Column("noun", Code, nullable=False, unique=True),
        Column("last_number", RowId, nullable=False),
    )


def _revision() -> None:
    create_table(
        "revision",
        Column("id", RowId, Identity(), primary_key=True),
        Column("source", Code, nullable=False, unique=True),
        Column("number", RowId, nullable=False),
        Column("changed_at", Instant(), nullable=False),
    )


def _audit() -> None:
    create_table(
        "audit",
        Column("id", RowId, Identity(), primary_key=True),
        Column("at", Instant(), nullable=False),
        Column("actor", Code, nullable=False),
        Column("action", Code, nullable=False),
        Column("reason", Code),
        Column("touched", Json(), nullable=False),
        Column("manifest_hash", Code, nullable=False),
        Column("previous_hash", Code, nullable=False),
        Column("hash", Code, nullable=False, unique=True),
    )


def _import_run() -> None:
    create_table(
        "import_run",
        Column("id", RowId, Identity(), primary_key=True),
        Column("at", Instant(), nullable=False),
        Column("actor", Code, nullable=False),
        Column("noun", Code, nullable=False),
        Column("file_name", Code, nullable=False),
        Column("file_sha256", Code, nullable=False),
        Column("state", Code, nullable=False),
        Column("mapping", Json(), nullable=False),
        Column("mapping_sha256", Code, nullable=False),
        Column("counts", Json(), nullable=False),
        Column("findings", Json(), nullable=False),
        Column("rejects", Json(), nullable=False),
    )


def _user_account() -> None:
    create_table(
        "user_account",
        Column("id", RowId, Identity(), primary_key=True),
        Column("name", Code, nullable=False, unique=True),
        Column("display_name", Code, nullable=False),
        Column("role", Code, nullable=False),
        Column("scopes", Json(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("disabled_at", Instant()),
    )


def _token() -> None:
    create_table(
        "token",
        Column("id", RowId, Identity(), primary_key=True),
        Column("kind", Code, nullable=False),
        Column("user_name", Code, nullable=False),
        Column("secret_hash", Code, nullable=False, unique=True),
        Column("label", Code, nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=False),
        Column("used_at", Instant()),
        Column("revoked_at", Instant()),
        Column("csrf_hash", Code),
    )
    op.create_index("ix_token_user_name", "token", ["user_name"])


def _setting() -> None:
    create_table(
        "setting",
        Column("id", RowId, Identity(), primary_key=True),
        Column("name", Code, nullable=False, unique=True),
        Column("value", Json(), nullable=False),
        Column("changed_at", Instant(), nullable=False),
    )


def _project() -> None:
    create_table(
        "project",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("project_number", Code),
        Column("project_code", Code),
        Column("name", Code, nullable=False),
        Column("level", Code),
        Column("category", Code),
        Column("industry", Code),
        Column("district", Code),
        Column("park", Code),
        Column("investment_total_fen", Fen),
        Column("annual_plan_fen", Fen),
        Column("demand_area_m2", Number),
        Column("lead_official", Code),
        Column("lead_department", Code),
        Column("summary", Code),
        Column("published", Flag, nullable=False),
        Column("side_state", Code, nullable=False),
        Column("extra", Json(), nullable=False),
        Column("area_m2", Number),
        Column("planar_area_m2", Number),
        Column("original_crs", Code),
        Column("original_wkb", Blob),
        Column("search", Code),
        Column("geojson", Code),
        shape("GEOMETRY"),
    )
    op.create_index("ix_project_key", "project", ["key", "version"])
    create_believed_index("project", "key", "valid_from")


def _project_parcel() -> None:
    create_table(
        "project_parcel",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("project", Code, nullable=False),
        Column("parcel", Code, nullable=False),
        Column("role", Code, nullable=False),
        Column("share", Number),
        Column("basis", Code, nullable=False),
        Column("extra", Json(), nullable=False),
    )
    op.create_index("ix_project_parcel_key", "project_parcel", ["key", "version"])
    op.create_index("ix_project_parcel_parcel", "project_parcel", ["parcel"])
    op.create_index("ix_project_parcel_project", "project_parcel", ["project"])
    create_believed_index("project_parcel", "key", "valid_from")


def _stage_event() -> None:
    create_table(
        "stage_event",
        Column("id", RowId, Identity(), primary_key=True),
        Column("project", Code, nullable=False),
        Column("stage", Code, nullable=False),
        Column("planned_on", Day),
        Column("actual_on", Day),
        Column("evidence", Code),
        Column("skipped", Flag, nullable=False),
        Column("reason", Code),
        Column("recorded_at", Instant(), nullable=False),
        Column("recorded_by", Code, nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
    )
    op.create_index("ix_stage_event_project", "stage_event", ["project"])
    op.create_index("ix_stage_event_project_stage", "stage_event", ["project", "stage"])


def _milestone() -> None:
    create_table(
        "milestone",
        Column("id", RowId, Identity(), primary_key=True),
        Column("subject_noun", Code, nullable=False),
        Column("subject", Code, nullable=False),
        Column("track", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("planned_on", Day),
        Column("actual_on", Day),
        Column("evidence", Code),
        Column("recorded_at", Instant(), nullable=False),
        Column("recorded_by", Code, nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
    )
    op.create_index("ix_milestone_subject", "milestone", ["subject"])


def _investment_month() -> None:
    create_table(
        "investment_month",
        Column("id", RowId, Identity(), primary_key=True),
        Column("project", Code, nullable=False),
        Column("month", Day, nullable=False),
        Column("amount_fen", Fen, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("recorded_by", Code, nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
    )
    op.create_index("ix_investment_month_project", "investment_month", ["project"])


def _target() -> None:
    create_table(
        "target",
        Column("id", RowId, Identity(), primary_key=True),
        Column("subject_noun", Code, nullable=False),
        Column("subject", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("period_from", Day, nullable=False),
        Column("period_to", Day, nullable=False),
        Column("amount", Number, nullable=False),
        Column("unit", Code, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("recorded_by", Code, nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
    )
    op.create_index("ix_target_subject", "target", ["subject"])


def _blocker() -> None:
    create_table(
        "blocker",
        Column("id", RowId, Identity(), primary_key=True),
        Column("key", Code, nullable=False),
        Column("version", Count, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("import_run", RowId),
        Column("county", Code),
        Column("project", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("title", Code, nullable=False),
        Column("owner_unit", Code),
        Column("opened_on", Day),
        Column("due_on", Day),
        Column("escalation", Count, nullable=False),
        Column("feedback", Code),
        Column("closed_on", Day),
        Column("extra", Json(), nullable=False),
    )
    op.create_index("ix_blocker_key", "blocker", ["key", "version"])
    op.create_index("ix_blocker_project", "blocker", ["project"])
    create_believed_index("blocker", "key", "valid_from")


def _project_stage() -> None:
    create_table(
        "project_stage",
        Column("id", RowId, Identity(), primary_key=True),
        Column("project", Code, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("stage", Code),
        Column("stage_group", Code),
        Column("side_state", Code, nullable=False),
        Column("stage_since", Day),
        Column("stage_next", Code),
        Column("stage_next_planned_on", Day),
        Column("late", Flag, nullable=False),
        Column("plan", Flag, nullable=False),
    )
    op.create_index("ix_project_stage_project", "project_stage", ["project", "valid_from", "valid_to"])
    create_believed_index("project_stage", "project", "valid_from")


def _project_site() -> None:
    create_table(
        "project_site",
        Column("id", RowId, Identity(), primary_key=True),
        Column("project", Code, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_to", Day, nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("superseded_at", Instant()),
        Column("parcel_count", Count, nullable=False),
        Column("land_area_m2", Number, nullable=False),
        Column("basis", Code),
        Column("geojson", Code),
        shape("GEOMETRY"),
    )
    op.create_index("ix_project_site_project", "project_site", ["project", "valid_from", "valid_to"])
    create_believed_index("project_site", "project", "valid_from")


def _views() -> None:
    publish_view(
        "parcels",
        "parcel",
        "宗地",
        (
            "key",
            "version",
            "valid_from",
            "valid_to",
            "recorded_at",
            "county",
            "parcel_number",
            "parcel_code",
            "name",
            "address",
            "district",
            "subdistrict",
            "park",
            "use_code",
            "use_system",
            "use_name",
            "state",
            "certified_area_m2",
            "far_min",
            "far_max",
            "coverage_min",
            "coverage_max",
            "green_max",
            "height_max_m",
            "planning_set",
            "promotable",
            "mortgaged",
            "seized",
            "cleared_plan_on",
            "note",
            "area_m2",
            "planar_area_m2",
            "original_crs",
        ),
        "MULTIPOLYGON",
    )
    publish_view(
        "parks",
        "park",
        "园区",
        (
            "key",
            "version",
            "valid_from",
            "valid_to",
            "recorded_at",
            "county",
            "code",
            "name",
            "level",
            "district",
            "leading_industries",
            "approved_area_m2",
            "area_m2",
            "planar_area_m2",
            "original_crs",
        ),
        "MULTIPOLYGON",
    )
    publish_view(
        "projects",
        "project",
        "项目",
        (
            "key",
            "version",
            "valid_from",
            "valid_to",
            "recorded_at",
            "county",
            "project_number",
            "project_code",
            "name",
            "level",
            "category",
            "industry",
            "district",
            "park",
            "investment_total_fen",
            "annual_plan_fen",
            "demand_area_m2",
            "lead_department",
            "summary",
            "published",
            "side_state",
            "area_m2",
            "planar_area_m2",
            "original_crs",
        ),
        "GEOMETRY",
    )
    publish_view(
        "zones",
        "zone",
        "分区",
        (
            "key",
            "version",
            "valid_from",
            "valid_to",
            "recorded_at",
            "county",
            "code",
            "name",
            "kind",
            "area_m2",
            "planar_area_m2",
            "original_crs",
        ),
        "MULTIPOLYGON",
    )
    publish_view(
        "demolition_tasks",
        "demolition_task",
        "征拆任务",
        (
            "key",
            "version",
            "valid_from",
            "valid_to",
            "recorded_at",
            "county",
            "task_number",
            "name",
            "land_kind",
            "unit",
            "district",
            "park",
            "announced_on",
            "started_on",
            "planned_clear_on",
            "delivered_on",
            "target_households",
            "area_m2",
            "planar_area_m2",
            "original_crs",
        ),
        "MULTIPOLYGON",
    )
    publish_view(
        "layer_features",
        "layer_feature",
        "管控与底图要素",
        (
            "key",
            "version",
            "valid_from",
            "valid_to",
            "recorded_at",
            "county",
            "layer",
            "name",
            "class",
            "code",
            "area_m2",
            "planar_area_m2",
            "original_crs",
        ),
        "GEOMETRY",
    )
    publish_view(
        "project_parcels",
        "project_parcel",
        "项目用地",
        (
            "key",
            "version",
            "valid_from",
            "valid_to",
            "recorded_at",
            "county",
            "project",
            "parcel",
            "role",
            "share",
            "basis",
        ),
    )
    publish_view(
        "verdicts",
        "verdict",
        "可供判定",
        (
            "parcel",
            "valid_from",
            "valid_to",
            "recorded_at",
            "status",
            "reasons",
            "usable_area_m2",
            "available_from",
            "plan",
            "rule_version",
        ),
    )

"""Tables and vocabularies: what the service knows, and the words it knows it in."""

from geoservice.model.columns import OPEN, metadata
from geoservice.model.demolition import (
    demolition_progress,
    demolition_published,
    demolition_subject,
    demolition_task,
    demolition_unit,
)
from geoservice.model.jobs import job
from geoservice.model.land import layer, layer_feature, parcel, park, verdict, zone
from geoservice.model.lineage import mapping_profile, parcel_lineage
from geoservice.model.office import (
    alias,
    audit,
    audit_manifest,
    import_run,
    minted,
    revision,
    setting,
    token,
    user,
)
from geoservice.model.projects import (
    blocker,
    investment_month,
    milestone,
    project,
    project_parcel,
    project_site,
    project_stage,
    stage_event,
    target,
)
from geoservice.model.readiness import checklist_item, hold, supply_gate
from geoservice.model.registers import approval_batch, batch_parcel, land_case, supply_contract
from geoservice.model.sealed import access_log, sealed_record

__all__ = [
    "OPEN",
    "access_log",
    "alias",
    "approval_batch",
    "audit",
    "audit_manifest",
    "batch_parcel",
    "blocker",
    "checklist_item",
    "demolition_progress",
    "demolition_published",
    "demolition_subject",
    "demolition_task",
    "demolition_unit",
    "hold",
    "import_run",
    "investment_month",
    "job",
    "land_case",
    "layer",
    "layer_feature",
    "mapping_profile",
    "metadata",
    "milestone",
    "minted",
    "parcel",
    "parcel_lineage",
    "park",
    "project",
    "project_parcel",
    "project_site",
    "project_stage",
    "revision",
    "sealed_record",
    "setting",
    "stage_event",
    "supply_contract",
    "supply_gate",
    "target",
    "token",
    "user",
    "verdict",
    "zone",
]

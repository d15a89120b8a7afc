"""Keeping availability verdicts: which parcels a change concerns, and their intervals assessed anew."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from geoservice import clock
from geoservice.availability.assess import assess
from geoservice.availability.facts import Facts
from geoservice.availability.rules import RuleSet
from geoservice.clock import day_number, day_of
from geoservice.db import Subscriber, UnitOfWork
from geoservice.model import OPEN, checklist_item, hold, supply_gate, verdict
from geoservice.registry import links
from geoservice.registry.derived import replace_intervals
from geoservice.registry.facts import land as facts
from geoservice.registry.facts.clearance import clearances
from geoservice.registry.facts.readiness import holds, requirements

READINESS: Final = (hold, checklist_item, supply_gate)
"""Tables of records that bear on the parcel they name."""


def keep_verdicts(rules: RuleSet, progress: Any = None) -> Subscriber:
    """Return the subscriber that reassesses the parcels a change concerns, and no others."""

    def keep(unit: UnitOfWork) -> None:
        parcels = concerned(unit)
        if parcels:
            recompute_verdicts(unit, parcels, rules, progress)

    return keep


def concerned(unit: UnitOfWork) -> set[str]:
    """Return the parcels whose facts the touched keys belong to, before and after the change."""
    connection, touched = unit.connection, unit.touched
    projects = touched.get("project", set()) | touched.get("project_stage", set())
    return (
        touched.get("parcel", set())
        | links.parcels_of_links(connection, touched.get("project_parcel", set()))
        | links.parcels_of_projects(connection, projects)
        | links.parcels_of_tasks(connection, touched.get("demolition_task", set()))
        | links.parcels_of_subjects(connection, touched.get("demolition_subject", set()))
        | set().union(
            *(links.parcels_of_records(connection, t, touched.get(t.name, set())) for t in READINESS)
        )
        | links.parcels_under_features(connection, touched.get("layer_feature", set()))
        | links.parcels_under_layers(connection, touched.get("layer", set()))
    )


def recompute_verdicts(unit: UnitOfWork, parcels: set[str], rules: RuleSet, progress: Any = None) -> set[str]:
    """Reassess some parcels over all their days; return those whose verdicts changed.

    Notes
    -----
    Facts are gathered set-wise, one pass per source. The parcels are locked in key order before their facts are
    read, so that of two changes to one parcel neither decides without the other.
    """
    links.lock_parcels(unit.connection, parcels)
    versions = facts.parcel_versions(unit.connection, parcels)
    if versions.empty:  # ended or undone: there is nothing left to assess
        return replace_intervals(unit, verdict, parcels, [])
    gathered = Facts(
        versions,
        facts.occupations(unit.connection, parcels),
        clearances(unit.connection, parcels),
        facts.constraints(unit.connection, versions),
        facts.constraint_layers(unit.connection),
        holds(unit.connection, parcels),
        requirements(unit.connection, parcels),
    )
    tell = None if progress is None else lambda done, total: progress("verdicts", done, total)
    found = assess(gathered, rules, today_day=day_number(clock.today()), progress=tell)
    usable = shapely.to_wkb(np.asarray(found["usable"], dtype=object))
    rows = [_row(row, wkb) for row, wkb in zip(found.to_dict("records"), usable, strict=True)]
    return replace_intervals(unit, verdict, parcels, rows)


def _row(found: dict[Any, Any], usable: bytes | None) -> dict[str, Any]:
    return {
        "parcel": found["parcel"],
        "valid_from": day_of(int(found["from_day"])),
        "valid_to": day_of(int(found["to_day"])) or OPEN,
        "status": found["status"],
        "reasons": found["reasons"],
        "reasons_public": found["reasons_public"],
        "usable_area_m2": float(found["usable_area_m2"]),
        "usable_wkb": usable,
        "available_from": day_of(int(found["available_from_day"])),
        "plan": bool(found["plan"]),
        "rule_version": found["rule_version"],
    }

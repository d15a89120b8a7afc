"""What the API and the page say about an import."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from geoservice.db.types import instant_text
from geoservice.imports.conversation import stranded
from geoservice.imports.store import Store, open_store
from geoservice.intake.findings import label_of
from geoservice.intake.nouns import fields_of
from geoservice.jobs import find_job
from geoservice.model.nouns import NOUNS
from geoservice.model.vocabulary import ImportState
from geoservice.registry import queue
from geoservice.registry.import_runs import find_run
from geoservice.registry.sealed import original_of
from geoservice.service import Service
from geoservice.web.v1.jobs import job_document

Run = RowMapping


def short_document(run: Run) -> dict[str, Any]:
    """Return an import as a list shows it."""
    state = ImportState(run["state"])
    noun = NOUNS.get(run["noun"])
    return {
        "id": run["id"],
        "file_name": run["file_name"],
        "file_sha256": run["file_sha256"] or None,
        "size": run["size"],
        "noun": run["noun"] or None,
        "noun_text": None if noun is None else noun.zh,
        "state": state.value,
        "state_text": {"zh": state.zh, "en": state.en},
        "uploaded_at": _at(run["uploaded_at"]),
        "uploaded_by": run["uploaded_by"],
        "at": _at(run["at"]),
        "actor": run["actor"],
        "counts": run["counts"] or None,
        "result": _result(run),
        "undone_at": _at(run["undone_at"]),
        "undone_by": run["undone_by"],
        "undo_reason": run["undo_reason"],
    }


def full_document(service: Service, number: int) -> dict[str, Any]:
    """Return everything known of an import but its findings and shapes, which are asked for by themselves."""
    store = open_store(service.settings)
    with service.database.read() as connection:
        run = find_run(connection, number)
        newest = queue.newest(connection, None, str(number))
        lost = stranded(connection, run)
        kept = original_of(connection, number)
    report = store.read(number, "report.json") or {}
    document = short_document(run)
    if lost:
        document |= {
            "state": "failed",
            "state_text": {"zh": ImportState.FAILED.zh, "en": ImportState.FAILED.en},
        }
    document |= {
        "job": None if newest is None else job_document(find_job(service.database, newest.id)),
        "files": [file.name for file in store.sources(number)],
        "original": kept or ({"kept": "folder"} if store.sources(number) else None),
        "asked": run["asked"],
        "mapping": run["mapping"],
        "findings": run["findings"],
        "rejects": run["rejects"],
        "file": report.get("file"),
        "fields": report.get("fields", []),
        "check": run["result"] if run["state"] == ImportState.CHECKED.value else None,
    }
    return document


def choices() -> dict[str, Any]:
    """Return nouns with their fields and labels: what a mapping may say."""
    return {
        name: {"zh": kind.zh, "fields": {field: label_of(field) for field in fields_of(kind)}}
        for name, kind in NOUNS.items()
    }


def findings_of(
    store: Store, run: Run, severity: str | None, code: str | None
) -> tuple[list[dict[str, Any]], int]:
    """Return the findings that are asked for, and how many there are: all while a file waits, then those kept."""
    report = store.read(run["id"], "report.json")
    found: list[dict[str, Any]]
    if report is not None:
        found = report["findings"]
    else:
        found = [f for group in (run["findings"] or {}).get("groups", []) for f in group["findings"]]
    if severity is not None:
        found = [f for f in found if f["severity"] == severity]
    if code is not None:
        found = [f for f in found if f["code"] == code]
    return found, len(found)


def _result(run: Run) -> dict[str, Any] | None:
    """Return what came of an import that is decided; of one that waits, the check says more."""
    return None if run["state"] == ImportState.CHECKED.value else run["result"]


def _at(instant: Any) -> str | None:
    return None if instant is None else instant_text(instant)

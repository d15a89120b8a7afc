"""The jobs of an import: check, publish, undo. Begun again after a worker died, each finds what was done before."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping

from geoservice import clock
from geoservice.errors import GeoserviceError
from geoservice.imports.conversation import CHECK, PUBLISH, UNDO
from geoservice.imports.filing import Asked, check_against, intake_settings, publish
from geoservice.imports.originals import keeper
from geoservice.imports.preview import bounds_of, preview
from geoservice.imports.store import Store, open_store
from geoservice.intake.check import Checked
from geoservice.intake.findings import blocks
from geoservice.intake.fingerprint import fingerprint, headings_fingerprint
from geoservice.intake.load import LoadResult, kept_findings
from geoservice.intake.mapping import Mapping, SourceRule
from geoservice.intake.mapping_json import mapping_from_json
from geoservice.jobs import Cancelled, Context, Handler
from geoservice.model.vocabulary import ImportState
from geoservice.registry import profiles
from geoservice.registry.import_runs import change_run, find_run, find_same
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from geoservice.registry.undo import undo_import
from geoservice.service import Service


def check_upload(service: Service, context: Context, asked: dict[str, Any]) -> dict[str, Any]:
    """Check a file that was handed in, and write down what was found; nothing of it is published."""
    number = int(asked["run"])
    store = open_store(service.settings)
    try:
        run, checked, profile = _checked(service, context, store, number)
        with service.database.read() as connection:
            seen = preview(connection, checked, Known(connection, Moment.today()), clock.today())
            same = _same(connection, checked)
    except (GeoserviceError, Cancelled) as error:
        _back(service, number, ImportState.RECEIVED if isinstance(error, Cancelled) else ImportState.FAILED)
        raise
    store.write(number, "report.json", checked.report.to_json())
    store.write(number, "preview.json", seen)
    result = {
        "columns": {name: list(cells) for name, cells in checked.columns.items()},
        "verdict": {"zh": checked.report.verdict_text, "en": checked.report.verdict_text_en},
        "blocked": blocks(checked.report.findings) or checked.mapping is None,
        "ok": checked.report.ok,
        "changes": seen["counts"],
        "missing": seen["missing"],
        "bounds": bounds_of(checked),
        "repeats": same,
        "profile": profile,
        "headings": headings_fingerprint(checked.columns),
    }
    with service.database.write() as connection:
        change_run(
            connection,
            number,
            state=ImportState.CHECKED.value,
            noun=checked.report.noun or "",
            file_name=run["file_name"],
            file_sha256=checked.report.file.sha256,
            mapping=checked.report.mapping,
            counts=checked.report.to_json()["counts"],
            findings=kept_findings(checked),
            result=result,
        )
        if profile is not None:
            profiles.count_use(connection, profile["id"], clock.now())
    return {"ok": checked.report.ok, "rows": checked.report.counts.rows}


def publish_upload(service: Service, context: Context, asked: dict[str, Any]) -> dict[str, Any]:
    """Publish a checked file: check it once more against the register of now, then load it in one step."""
    number = int(asked["run"])
    store = open_store(service.settings)
    with service.database.read() as connection:
        done = find_run(connection, number)
    if done["state"] == ImportState.PUBLISHED.value:
        return dict(done["result"] or {})
    try:
        _, checked, _ = _checked(service, context, store, number)
        result = publish(
            service,
            checked,
            actor=context.job.created_by,
            accept=asked["accept"],
            valid_from=date.fromisoformat(asked["valid_from"]),
            tell=context.tell,
            end_missing=bool(asked.get("end_missing")),
            number=number,
            keep=keeper(service, store.sources(number), received=True),
        )
    except (GeoserviceError, Cancelled):
        _back(service, number, ImportState.CHECKED)
        raise
    if result.repeated:
        _repeated(service, number, result)
    if result.repeated or service.vault is not None:
        store.forget_sources(number)
    return asdict(result)


def undo_upload(service: Service, context: Context, asked: dict[str, Any]) -> dict[str, Any]:
    """Undo a published import as one step."""
    number = int(asked["run"])
    with service.database.read() as connection:
        run = find_run(connection, number)
    if run["state"] == ImportState.UNDONE.value:
        return {"repeated": True}
    context.tell("undo", 0, 1)
    action = f"undo import {number} ({run['file_name']})"
    with service.work(context.tell).begin(context.job.created_by, action, asked["reason"]) as unit:
        return {"rows": undo_import(unit, number, asked["reason"])}


HANDLERS: dict[str, Handler] = {CHECK: check_upload, PUBLISH: publish_upload, UNDO: undo_upload}


def _checked(
    service: Service, context: Context, store: Store, number: int
) -> tuple[RowMapping, Checked, dict[str, Any] | None]:
    """Return the record, the file as it was asked to be read, and the profile that was recognised."""
    with service.database.read() as connection:
        run = find_run(connection, number)
    asked = run["asked"] or {}
    used: list[dict[str, Any]] = []

    def recall(columns: list[str], noun_name: str | None) -> Mapping | None:
        if asked.get("profile") is False:
            return None
        with service.database.read() as connection:
            found = profiles.recall(connection, headings_fingerprint(columns), noun_name)
        if found is None:
            return None
        used.append({"id": found["id"], "name": found["name"]})
        return mapping_from_json(found["mapping"])

    said = Asked(
        mapping_from_json(asked["mapping"]) if asked.get("mapping") else None,
        asked.get("noun"),
        SourceRule(asked.get("layer"), asked.get("encoding"), asked.get("crs")),
    )
    settings = intake_settings(service)
    path = store.main(number)
    checked = check_against(service, path, said, settings, context.tell, recall=recall)
    return run, checked, used[0] if used else None


def _same(connection: Connection, checked: Checked) -> int | None:
    if checked.mapping is None:
        return None
    report = checked.report
    marks = fingerprint(checked)
    noun_name = checked.mapping.noun
    return find_same(connection, noun=noun_name, file_sha256=report.file.sha256, mapping_sha256=marks)


def _back(service: Service, number: int, state: ImportState) -> None:
    with service.database.write() as connection:
        change_run(connection, number, state=state.value)


def _repeated(service: Service, number: int, result: LoadResult) -> None:
    with service.database.write() as connection:
        change_run(
            connection,
            number,
            state=ImportState.REPEATED.value,
            at=clock.now(),
            result={"repeats": result.run, "unchanged": result.unchanged},
        )

"""Load a checked file inside one unit of work: all of it, or the good rows with the rejects recorded."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final, Literal, TypeAlias

import pandas as pd
import shapely
from sqlalchemy import Connection

from geoservice.db import UnitOfWork
from geoservice.errors import InvalidInput
from geoservice.geo.arrays import as_geometries
from geoservice.intake.check import Checked
from geoservice.intake.children import POSITION
from geoservice.intake.ending import absent, end_links
from geoservice.intake.errors import ImportRefused
from geoservice.intake.findings import SEVERITIES, blocks, finding
from geoservice.intake.fingerprint import fingerprint
from geoservice.intake.known import Known
from geoservice.intake.locate import locate
from geoservice.intake.mapping import Mapping
from geoservice.model.nouns import Noun, noun
from geoservice.registry.end import end
from geoservice.registry.import_runs import change_run, find_run, find_same, record_import
from geoservice.registry.matching import existing_keys
from geoservice.registry.put import put
from geoservice.registry.record import record
from geoservice.registry.sealed import keep_personal
from geoservice.vault import Vault

Accept: TypeAlias = Literal["all", "good"]

_SHAPE: Final = ("geometry", "original_crs", "original_wkb")
_KEPT_FINDINGS: Final = 50
"""Findings of one code and field that the permanent record keeps; the counts are complete."""


@dataclass(frozen=True)
class LoadResult:
    """What a load did.

    Attributes
    ----------
    run : int
        Number of the import's permanent record; the earlier one's where nothing had to be done.
    repeated : bool
        The same file with the same mapping was published before: nothing was changed.
    new, changed, unchanged : int
        Rows of the file's own noun.
    children : dict of str to int
        Rows written of other nouns.
    rejected : int
        Rows left out.
    personal : int
        Rows whose personal fields were sealed in the vault.
    ended, ended_links : int
        Things, and links of things, that the file no longer contains and that were ended because it was asked.
    """

    run: int
    repeated: bool = False
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    children: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    personal: int = 0
    ended: int = 0
    ended_links: int = 0


def load(
    checked: Checked,
    unit: UnitOfWork,
    *,
    known: Known,
    accept: Accept = "all",
    valid_from: date,
    vault: Vault | None = None,
    end_missing: bool = False,
    number: int | None = None,
) -> LoadResult:
    """Write the rows of a checked file.

    Parameters
    ----------
    checked : Checked
        From :func:`geoservice.intake.check.check_file` with a register at hand.
    unit : UnitOfWork
        The publish: whatever fails leaves nothing behind.
    known : Known
        The register as the unit sees it.
    accept : {"all", "good"}
        ``all`` refuses the file when any row has an error; ``good`` loads the others.
    valid_from : date
        The day from which the rows hold.
    vault : Vault, optional
        Where personal fields go; without one they are dropped.
    end_missing : bool
        End what the file, taken as a whole delivery of its layer, no longer contains; see
        :mod:`geoservice.registry.missing` for what belongs to a layer.
    number : int, optional
        Record of the conversation that led to this load.

    Raises
    ------
    ImportRefused
        Rows have errors, or the file as a whole cannot be read.
    """
    mapping = _acceptable(checked, accept)
    report = checked.report
    marks = fingerprint(checked)
    same = find_same(unit.connection, noun=mapping.noun, file_sha256=report.file.sha256, mapping_sha256=marks)
    if same is not None:
        return LoadResult(same, repeated=True, unchanged=len(checked.main))
    run = record_import(
        unit,
        number,
        noun=mapping.noun,
        file_name=report.file.name,
        file_sha256=report.file.sha256,
        mapping=mapping.to_json(),
        mapping_sha256=marks,
        counts=report.to_json()["counts"],
        findings=kept_findings(checked),
        rejects=checked.rejects.to_dict("records"),
    )
    unit.import_run = run
    done = _write(checked, mapping, unit, known, valid_from, run, vault, end_missing=end_missing)
    change_run(unit.connection, run, result=asdict(done) | _told_before(unit.connection, number))
    return done


def _told_before(connection: Connection, number: int | None) -> dict[str, Any]:
    """Return what a check said about the headings, by which a profile can still be saved."""
    said = {} if number is None else find_run(connection, number)["result"] or {}
    return {name: said[name] for name in ("columns", "headings", "changes") if name in said}


def _acceptable(checked: Checked, accept: Accept) -> Mapping:
    report = checked.report
    errors = [f for f in report.findings if f.severity == "error"]
    if checked.mapping is None or blocks(errors) or (accept == "all" and errors):
        raise ImportRefused(report.file.name, errors, rows=len(checked.rejects))
    if not report.against_database:
        raise ImportRefused.unchecked(report.file.name)
    return checked.mapping


def _write(
    checked: Checked,
    mapping: Mapping,
    unit: UnitOfWork,
    known: Known,
    valid_from: date,
    run: int,
    vault: Vault | None,
    *,
    end_missing: bool,
) -> LoadResult:
    kind = noun(mapping.noun)
    main = checked.main
    if not kind.prefix and end_missing:
        raise InvalidInput(
            "Recorded facts do not end", kind.name, "Import them without ending what is missing."
        )
    if not kind.prefix:
        done = record(unit, kind.name, main.drop(columns="held"), import_run=run)
        return LoadResult(
            run, False, done.new, done.superseded, done.unchanged, rejected=len(checked.rejects)
        )
    if mapping.layer:
        main = main.assign(layer=_put_layer(mapping.layer, unit, valid_from, run))
    main = main.assign(held=_held(kind, mapping, main, unit, checked.report.file.name))
    main = locate(kind, main, known)
    keys, counts = _put_rows(kind, mapping, main, unit, valid_from, run)
    written, links = _put_children(checked, main, keys, unit, valid_from, run)
    gone = absent(unit.connection, checked, keys, known, valid_from) if end_missing else []
    ended = end(unit, kind.name, gone, on=valid_from, import_run=run)
    loose = end_links(unit, links, keys, valid_from, run) if end_missing else 0
    sealed = 0
    if vault is not None and checked.personal:
        entries = {key: said for key, said in zip(keys, checked.personal, strict=True) if said}
        sealed = keep_personal(unit, vault, kind.name, entries, import_run=run)
    return LoadResult(
        run,
        False,
        *counts,
        children=written,
        rejected=len(checked.rejects),
        personal=sealed,
        ended=len(ended),
        ended_links=loose,
    )


def _held(kind: Noun, mapping: Mapping, main: pd.DataFrame, unit: UnitOfWork, name: str) -> pd.Series[Any]:
    """Return the key each row has by its numbers alone, and refuse new rows without what a new one needs.

    A check may take a name for a number; what is written is decided by numbers.
    """
    rows = main.drop(columns="held")
    keys = keyed(unit.connection, kind, mapping, main)
    for i in (i for i, key in enumerate(keys) if key is None):
        for need in kind.required:
            if need not in rows or rows[need].iloc[i] is None:
                raise ImportRefused(name, [finding("value_missing", row=i + 1, field=need)], rows=1)
    return pd.Series(keys, index=main.index, dtype=object)


def keyed(connection: Connection, kind: Noun, mapping: Mapping, main: pd.DataFrame) -> list[str | None]:
    """Return the key each good row has already, by its numbers alone; ``None`` where it is new."""
    return existing_keys(connection, kind, main.drop(columns="held"), _by(kind, mapping))


def _by(kind: Noun, mapping: Mapping) -> list[str] | None:
    return [name for name in mapping.match_by if name in kind.identity] or None


def _put_layer(layer: Table[str, Any], unit: UnitOfWork, valid_from: date, run: int) -> str:
    frame = pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in layer.items()})
    return put(unit, "layer", frame, valid_from=valid_from, import_run=run, match_by=["code"]).keys[0]


def _put_rows(
    kind: Noun, mapping: Mapping, main: pd.DataFrame, unit: UnitOfWork, valid_from: date, run: int
) -> tuple[list[str], tuple[int, int, int]]:
    """Write the rows in up to three groups, so that what the file does not say leaves what is held alone."""
    keys: list[str] = [""] * len(main)
    new = changed = unchanged = 0
    for group in grouped(kind, mapping, main):
        done = put(unit, kind.name, group, valid_from=valid_from, import_run=run, match_by=_by(kind, mapping))
        for position, key in zip(group.index, done.keys, strict=True):
            keys[int(position)] = key
        new, changed, unchanged = new + done.new, changed + done.changed, unchanged + done.unchanged
    return keys, (new, changed, unchanged)


def grouped(kind: Noun, mapping: Mapping, main: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rows in groups that say the same fields: new ones, and held ones with and without a shape."""
    held = main["held"].notna()
    rows = main.drop(columns="held")
    if not held.any():
        return [rows]
    said = [c for c in rows.columns if c in mapping.fields or c in {*_SHAPE, "extra", "layer", "code"}]
    older = rows.loc[held, said].assign(key=main.loc[held, "held"])
    groups = [rows[~held]]
    if "geometry" in older:
        bare = pd.Series(shapely.is_missing(as_geometries(older["geometry"].tolist())), index=older.index)
        groups += [older[~bare], older[bare].drop(columns=[c for c in _SHAPE if c in older])]
    else:
        groups.append(older)
    return [group for group in groups if len(group)]


def _put_children(
    checked: Checked, main: pd.DataFrame, keys: list[str], unit: UnitOfWork, valid_from: date, run: int
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Write the rows of other nouns; return how many, and the keys of those that link things."""
    written: dict[str, int] = {}
    links: dict[str, list[str]] = {}
    for name, child in checked.clean.items():
        if name == checked.report.noun:
            continue
        kind = noun(name)
        if kind.prefix and kind.composite:
            links[name] = []
        if not len(child):
            continue
        parent = kind.identity[0]
        at = child[POSITION].astype(int).tolist()
        rows = child.drop(columns=POSITION).assign(**{parent: [keys[i] for i in at]})
        if kind.prefix and "county" in main:
            rows = rows.assign(county=[main["county"].iloc[i] for i in at])
        rows = rows.drop_duplicates([c for c in kind.identity if c in rows], keep="last")
        rows = rows.reset_index(drop=True)
        if kind.prefix:
            links[name] = put(unit, name, rows, valid_from=valid_from, import_run=run).keys
        else:
            record(unit, name, rows, import_run=run)
        written[name] = len(rows)
    return written, links


def kept_findings(checked: Checked) -> dict[str, Any]:
    """Return counts by severity and code, and the first findings of each kind."""
    groups = checked.report.groups()
    totals = {s: sum(len(g.findings) for g in groups if g.severity == s) for s in SEVERITIES}
    return {
        "totals": totals,
        "groups": [
            {
                "severity": g.severity,
                "code": g.code,
                "field": g.field,
                "count": len(g.findings),
                "findings": [f.to_json() for f in g.findings[:_KEPT_FINDINGS]],
            }
            for g in groups
        ],
    }

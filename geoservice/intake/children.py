"""Rows of other nouns that a ledger carries in its columns: stage dates, monthly investment, listed parcels."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

import pandas as pd

from geoservice.intake.apply import cells_of
from geoservice.intake.clean import terms
from geoservice.intake.clean.cells import Cells
from geoservice.intake.clean.column import clean_column
from geoservice.intake.clean.dates import parse_day
from geoservice.intake.clean.lists import parse_codes
from geoservice.intake.clean.text import clean_text
from geoservice.intake.clean.units import decide_unit
from geoservice.intake.findings import Finding, finding
from geoservice.intake.mapping import FieldRule, Mapping, StatusRule
from geoservice.intake.table import RawTable
from geoservice.model.nouns import noun
from geoservice.model.vocabulary import Stage

POSITION: Final = "position"
"""Column of every child frame: position of its row in the main frame."""


def stage_events(mapping: Mapping, table: RawTable, found: list[Finding]) -> pd.DataFrame | None:
    """Return ``position, stage, planned_on, actual_on, evidence`` of a project ledger, or ``None``."""
    if not mapping.stages and mapping.status is None:
        return None
    events: list[dict[str, Any]] = []
    for stage, rule in mapping.stages.items():
        planned = _days(table, stage, "planned", rule.planned, found)
        actual = _days(table, stage, "actual", rule.actual, found)
        evidence = _texts(table, rule.evidence)
        for i, (plan, fact, proof) in enumerate(zip(planned, actual, evidence, strict=True)):
            if plan is not None or fact is not None:
                events.append(_event(i, stage, plan, fact, proof))
    if mapping.status is not None:
        events += _by_status(mapping.status, table, found)
    names = [POSITION, "stage", "planned_on", "actual_on", "evidence"]
    return (
        pd.DataFrame(events, columns=names)
        .astype(object)
        .sort_values(POSITION, kind="stable", ignore_index=True)
    )


def investment_months(mapping: Mapping, table: RawTable, found: list[Finding]) -> pd.DataFrame | None:
    """Return ``position, month, amount_fen`` of columns headed by months, or ``None``."""
    if mapping.months is None:
        return None
    pattern = re.compile(mapping.months.pattern)
    kind = noun("investment_month")
    rows: list[dict[str, Any]] = []
    for column in table.columns:
        match = pattern.search(column)
        if match is None:
            continue
        year = int(match.groupdict().get("year") or mapping.months.year or 0)
        month = date(year, int(match.group("month")), 1)
        rule = FieldRule(column=column, unit=mapping.months.unit)
        cells = Cells(kind, "amount_fen", rule, cells_of(table, rule), table.rows.tolist())
        unit = decide_unit(cells, found)
        amounts = clean_column(Cells(kind, "amount_fen", rule, cells.values, cells.rows, unit), found)
        rows += [
            {POSITION: i, "month": month, "amount_fen": amount}
            for i, amount in enumerate(amounts)
            if amount is not None
        ]
    return pd.DataFrame(rows, columns=[POSITION, "month", "amount_fen"]).astype(object)


def listed_parcels(mapping: Mapping, table: RawTable) -> pd.DataFrame | None:
    """Return ``position, parcel, role`` for each parcel a project's row declares, or ``None``."""
    if mapping.links is None:
        return None
    cells = table.values[mapping.links.column].tolist() if mapping.links.column else []
    rows = [
        {POSITION: i, "parcel": code, "role": mapping.links.role}
        for i, cell in enumerate(cells)
        for code in parse_codes(cell, mapping.links.separator)
    ]
    return pd.DataFrame(rows, columns=[POSITION, "parcel", "role"]).astype(object)


def listed_subjects(columns: dict[str, list[Any]]) -> pd.DataFrame | None:
    """Take ``parcels`` and ``projects`` out of a task's columns: ``position, subject_noun, subject``."""
    given = [(name, columns.pop(name)) for name in ("parcels", "projects") if name in columns]
    rows = [
        {POSITION: i, "subject_noun": name.removesuffix("s"), "subject": number}
        for name, values in given
        for i, numbers in enumerate(values)
        for number in numbers or []
    ]
    return pd.DataFrame(rows, columns=[POSITION, "subject_noun", "subject"]).astype(object) if given else None


def _days(
    table: RawTable, stage: str, part: str, rule: FieldRule | None, found: list[Finding]
) -> list[date | None]:
    if rule is None:
        return [None] * len(table)
    kind = noun("stage_event")
    cells = Cells(
        kind, f"{part}_on", rule, cells_of(table, rule), table.rows.tolist(), last_day=part == "planned"
    )
    before = len(found)
    days = clean_column(cells, found)
    label = f"{Stage(stage).zh}（{rule.column or part}）"
    found[before:] = [_relabel(f, label) for f in found[before:]]
    return days


def _relabel(said: Finding, label: str) -> Finding:
    """Word a finding about a stage with the stage's own name."""
    return finding(said.code, row=said.row, field=label, value=said.value, place=said.place)


def _texts(table: RawTable, rule: FieldRule | None) -> list[str | None]:
    return [None] * len(table) if rule is None else [clean_text(c) for c in cells_of(table, rule)]


def _by_status(rule: StatusRule, table: RawTable, found: list[Finding]) -> list[dict[str, Any]]:
    fixed = _fixed_day(rule.date)
    cells = table.values[rule.column].tolist()
    days = [None] * len(table) if fixed or rule.date not in table.values else table.values[rule.date].tolist()
    reading = FieldRule(values=rule.values)
    events = []
    for i, (cell, day, row) in enumerate(zip(cells, days, table.rows, strict=True)):
        stage = terms.translate(cell, reading)
        if stage is cell or clean_text(cell) is None:
            continue
        try:
            parsed = parse_day(day)
        except ValueError:
            found.append(finding("date_invalid", row=int(row), field=rule.date, value=clean_text(day)))
            continue
        on = fixed or (parsed.day if parsed else None)
        if on is not None:
            evidence = rule.evidence or f"{rule.column} = {clean_text(cell)}（{on.isoformat()} 的记载）"
            events.append(_event(i, stage, None, on, evidence))
    return events


def _fixed_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _event(
    position: int, stage: str, planned: date | None, actual: date | None, evidence: str | None
) -> dict[str, Any]:
    return {
        POSITION: position,
        "stage": stage,
        "planned_on": planned,
        "actual_on": actual,
        "evidence": evidence,
    }

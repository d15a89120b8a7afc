"""Apply a bound mapping: raw cells become clean columns, field by field."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from geoservice.intake.bind import PLACEHOLDER
from geoservice.intake.clean.cells import Cells
from geoservice.intake.clean.column import clean_column
from geoservice.intake.clean.text import clean_text, plain
from geoservice.intake.clean.units import decide_unit
from geoservice.intake.findings import Finding, finding
from geoservice.intake.headings import EXTRA, fold
from geoservice.intake.mapping import FieldRule, Mapping
from geoservice.intake.privacy import find_personal, mask
from geoservice.intake.table import RawTable, is_missing
from geoservice.model.nouns import noun

Columns = dict[str, list[Any]]
Detect = Callable[[list[Any]], str | None]


def apply(
    mapping: Mapping, table: RawTable, found: list[Finding], detect_unit: Detect | None = None
) -> Columns:
    """Return the clean values of every mapped field, aligned with the table's rows; O(cells).

    Parameters
    ----------
    mapping : Mapping
        Bound to the table's headings.
    table : RawTable
    found : list of Finding
        Receives what is wrong with cells and units.
    detect_unit : callable, optional
        Tells the unit of stated areas by comparing them with measured ones.
    """
    kind = noun(mapping.noun)
    rows = table.rows.tolist()
    columns: Columns = {}
    for field, rule in mapping.fields.items():
        cells = Cells(kind, field, rule, cells_of(table, rule), rows)
        detect = detect_unit if field == "certified_area_m2" else None
        cells = replace(cells, unit=decide_unit(cells, found, detect))
        columns[field] = clean_column(cells, found)
    return columns


def cells_of(table: RawTable, rule: FieldRule) -> list[Any]:
    """Return the raw cells a rule reads: a constant, a filled template, or a column with its fallback."""
    if rule.template is not None:
        return _filled(table, rule.template)
    if rule.column is None:
        return [rule.const] * len(table)
    cells = table.values[rule.column].tolist()
    for column in rule.fallback:
        spare = table.values[column].tolist()
        cells = [b if _empty(a, rule) else a for a, b in zip(cells, spare, strict=True)]
    return cells


def extra_of(mapping: Mapping, table: RawTable, found: list[Finding]) -> list[dict[str, Any]] | None:
    """Return the columns kept as they are, one dictionary per row; ``None`` where the mapping keeps none."""
    if not mapping.extra:
        return None
    used = {column for column, _ in mapping.columns}
    names = [c for c in table.columns if c not in used] if "*" in mapping.extra else list(mapping.extra)
    kept: list[dict[str, Any]] = []
    for record, row in zip(table.values[names].itertuples(index=False, name=None), table.rows, strict=True):
        said = {}
        for name, cell in _unpacked(zip(names, record, strict=True)):
            value = _extra_value(cell)
            if isinstance(value, str) and find_personal(value):
                found.append(finding("personal_value", row=int(row), field=name))
                value = mask(value)
            if value is not None:
                said[name] = value
        kept.append(said)
    return kept


def _unpacked(cells: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Take apart what our own exports keep in one column: the bureau's columns under their own names."""
    for name, cell in cells:
        document = _document(cell) if fold(name) in EXTRA else None
        if document is None:
            yield name, cell
        else:
            yield from document.items()


def _document(cell: Any) -> dict[str, Any] | None:
    try:
        found = json.loads(cell) if isinstance(cell, str) and cell.startswith("{") else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def unused(mapping: Mapping, table: RawTable) -> list[str]:
    """Return the headings no part of the mapping reads."""
    templates = [r.template or "" for r in mapping.fields.values()]
    used = {column for column, _ in mapping.columns} | set(mapping.extra)
    used |= {name for text in templates for name in PLACEHOLDER.findall(text)}
    return [] if "*" in mapping.extra else [c for c in table.columns if c not in used]


def _filled(table: RawTable, template: str) -> list[Any]:
    names = PLACEHOLDER.findall(template)
    texts = [[clean_text(v) or "" for v in table.values[name]] for name in names]
    filled = []
    for row in zip(*texts, strict=True):
        text = template
        for name, value in zip(names, row, strict=True):
            text = text.replace("{" + name + "}", value)
        filled.append(" ".join(text.split()) or None if any(row) else None)
    return filled


def _empty(cell: Any, rule: FieldRule) -> bool:
    text = None if is_missing(cell) else clean_text(cell)
    return text is None or text in rule.empty


def _extra_value(cell: Any) -> Any:
    if is_missing(cell):
        return None
    if isinstance(cell, (bool, int)):
        return cell
    if isinstance(cell, float):
        return (int(cell) if cell.is_integer() else cell) if math.isfinite(cell) else None
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    return clean_text(plain(cell))

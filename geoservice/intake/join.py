"""Join a ledger onto features by key: several of its rows per key are aggregated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geoservice.intake.clean.numbers import parse_number
from geoservice.intake.clean.text import clean_code
from geoservice.intake.errors import refuse
from geoservice.intake.findings import finding
from geoservice.intake.headings import fold
from geoservice.intake.mapping import JoinRule
from geoservice.intake.privacy import is_personal
from geoservice.intake.readers import registry
from geoservice.intake.suggest import suggest
from geoservice.intake.table import RawTable, ReadOptions, is_missing


def join(table: RawTable, rule: JoinRule, folder: Path, noun_name: str) -> RawTable:
    """Return the table with the ledger's columns added; rows without a match stay empty and are counted.

    Parameters
    ----------
    table : RawTable
    rule : JoinRule
    folder : Path
        Where the ledger lies when its path is relative: beside the file that is read.
    noun_name : str
        Decides which of its columns are personal.

    Raises
    ------
    IntakeRefused
        The ledger cannot be read, or lacks a column.
    """
    named = frozenset(fold(column) for column in (rule.right, *rule.columns.values()))
    options = ReadOptions(layer=rule.sheet, encoding=rule.encoding, words=named)
    ledger = registry.read(folder / rule.file, options)
    _require(table.columns, [rule.left], "join.on.left")
    _require(ledger.columns, [rule.right, *rule.columns.values()], "join.columns")
    looked_up = _aggregated(ledger, rule, noun_name)
    keys = [clean_code(v) for v in table.values[rule.left]]
    values = table.values.copy()
    for name in rule.columns:
        values[name] = pd.Series([looked_up[name].get(k) if k else None for k in keys], dtype=object)
    known = {k for column in looked_up.values() for k in column}
    missing = sum(k not in known for k in keys)
    found = [*table.findings]
    if missing:
        found.append(finding("join_unmatched", value=missing, name=Path(rule.file).name))
    return replace(table, values=values, findings=found)


def _require(columns: list[str], wanted: list[str], field: str) -> None:
    for column in wanted:
        if column not in columns:
            hint, hint_en = suggest(column, columns)
            raise refuse(
                "mapping_column_absent",
                field=field,
                value=column,
                suggestion=hint,
                suggestion_en=hint_en,
                columns="、".join(columns),
            )


def _aggregated(ledger: RawTable, rule: JoinRule, noun_name: str) -> dict[str, dict[str, Any]]:
    keys = [clean_code(v) for v in ledger.values[rule.right]]
    result: dict[str, dict[str, Any]] = {}
    for name, column in rule.columns.items():
        result[name] = {}
        if is_personal(column, noun_name):
            continue
        merge = _MERGERS[rule.aggregate.get(name, "first")]
        for key, cell in zip(keys, ledger.values[column], strict=True):
            if key is None or is_missing(cell):
                continue
            held = result[name].get(key)
            result[name][key] = cell if held is None else merge(held, cell)
    return result


def _larger(one: Any, other: Any) -> Any:
    return other if _number(other) > _number(one) else one


def _number(cell: Any) -> Any:
    try:
        return parse_number(cell)[0] or 0
    except ValueError:
        return 0


_MERGERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "first": lambda one, other: one,
    "max": _larger,
    "sum": lambda one, other: _number(one) + _number(other),
}

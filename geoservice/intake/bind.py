"""Bind a mapping to the columns a file really has."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from geoservice.intake.findings import Finding, finding
from geoservice.intake.headings import fold, split_unit
from geoservice.intake.mapping import FieldRule, Mapping, StageRule
from geoservice.intake.suggest import suggest
from geoservice.model.nouns import noun

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_Rename = Callable[[str], str]


def bind(mapping: Mapping, columns: list[str]) -> tuple[Mapping, list[Finding]]:
    """Return the mapping with the headings as the file writes them, and an error for each that is absent.

    A heading matches exactly, or without regard to spaces, width and case, or without its unit, or by one
    level of a joined heading, as long as only one column answers.
    """
    spelt = _spellings(columns)
    found = [
        _absent(c, field, columns) for c, field in _needed(mapping) if _lookup(c, columns, spelt) is None
    ]
    if found:
        return mapping, found

    def rename(column: str) -> str:
        return _lookup(column, columns, spelt) or column

    return _renamed(mapping, rename), _unmapped(mapping, columns)


def units(rule: FieldRule) -> str | None:
    """Return the unit of a rule: declared, else the one its heading states."""
    return rule.unit or (split_unit(rule.column)[1] if rule.column else None)


def _needed(mapping: Mapping) -> list[tuple[str, str]]:
    templates = [
        (column, name)
        for name, rule in mapping.fields.items()
        for column in PLACEHOLDER.findall(rule.template or "")
    ]
    return [*mapping.columns, *templates]


def _spellings(columns: list[str]) -> dict[str, str | None]:
    """Return the one column behind each spelling, ``None`` where several claim it."""
    levels: tuple[Callable[[str], list[str]], ...] = (
        lambda c: [fold(c)],
        lambda c: [fold(split_unit(c)[0])],
        lambda c: [fold(split_unit(part)[0]) for part in c.split("/")] if "/" in c else [],
    )
    spelt: dict[str, str | None] = {}
    for spell in levels:
        claims: dict[str, set[str]] = {}
        for column in columns:
            for word in spell(column):
                claims.setdefault(word, set()).add(column)
        for word, owners in claims.items():
            spelt.setdefault(word, next(iter(owners)) if len(owners) == 1 else None)
    return spelt


def _lookup(column: str, columns: list[str], spelt: dict[str, str | None]) -> str | None:
    if column in columns:
        return column
    return spelt.get(fold(column)) or spelt.get(fold(split_unit(column)[0]))


def _absent(column: str, field: str, columns: list[str]) -> Finding:
    hint, hint_en = suggest(column, columns)
    return finding(
        "mapping_column_absent",
        field=field,
        value=column,
        suggestion=hint,
        suggestion_en=hint_en,
        columns="、".join(columns),
    )


def _unmapped(mapping: Mapping, columns: list[str]) -> list[Finding]:
    """Return an error for each required field without a column, unless rows can add to things already held."""
    kind = noun(mapping.noun)
    if kind.prefix and not kind.composite and set(kind.identity) & set(mapping.fields):
        return []
    missing = [f for f in kind.required if f not in {"geometry", "layer"} and f not in mapping.fields]
    return [finding("field_unmapped", field=f, columns="、".join(columns)) for f in missing]


def _renamed(mapping: Mapping, rename: _Rename) -> Mapping:
    changes: dict[str, Any] = {
        "fields": {name: _rule(rule, rename) for name, rule in mapping.fields.items()},
        "stages": {name: _stage(rule, rename) for name, rule in mapping.stages.items()},
    }
    if mapping.status:
        changes["status"] = replace(mapping.status, column=rename(mapping.status.column))
    if mapping.links and mapping.links.column:
        changes["links"] = replace(mapping.links, column=rename(mapping.links.column))
    shape = mapping.geometry
    parts: dict[str, Any] = {p: rename(c) for p in ("wkt", "wkb", "x", "y") if (c := getattr(shape, p))}
    changes["geometry"] = replace(shape, **parts)
    return replace(mapping, **changes)


def _rule(rule: FieldRule, rename: _Rename) -> FieldRule:
    template = rule.template and PLACEHOLDER.sub(lambda m: "{" + rename(m.group(1)) + "}", rule.template)
    return replace(
        rule,
        column=rule.column and rename(rule.column),
        fallback=tuple(rename(column) for column in rule.fallback),
        template=template,
    )


def _stage(rule: StageRule, rename: _Rename) -> StageRule:
    parts = ((p, getattr(rule, p)) for p in ("planned", "actual", "evidence"))
    return replace(rule, **{p: _rule(r, rename) for p, r in parts if r is not None})

"""What rows name must be held: by key, code or unique name."""

from __future__ import annotations

from typing import Any, Final

from geoservice.intake.findings import Finding, finding
from geoservice.intake.known import Known
from geoservice.intake.table import Rows
from geoservice.model.nouns import NOUNS, Noun

LOCATED: Final = frozenset({"district", "subdistrict", "park"})
"""References that location gives as well: an unknown one is a warning and is found by overlay."""


def resolve(
    kind: Noun, columns: dict[str, list[Any]], rows: Rows, known: Known, skip: frozenset[str] = frozenset()
) -> list[Finding]:
    """Replace what rows name by keys, in place; return a finding for each name that is not held.

    Parameters
    ----------
    skip : frozenset of str
        References that are settled elsewhere.
    """
    found: list[Finding] = []
    for field, noun_name in kind.references.items():
        if field not in columns or field in skip:
            continue
        named = columns[field]
        keys = known.resolve(noun_name, named)
        code = "reference_dropped" if field in LOCATED else "reference_unknown"
        found += [
            finding(code, row=int(row), field=field, value=value)
            for value, key, row in zip(named, keys, rows, strict=True)
            if value is not None and key is None
        ]
        columns[field] = list(keys)
    if {"subject_noun", "subject"} <= columns.keys():
        found += _subjects(columns, rows, known)
    return found


def _subjects(columns: dict[str, list[Any]], rows: Rows, known: Known) -> list[Finding]:
    """Replace subjects by keys, each looked up among the things its row says it is."""
    found: list[Finding] = []
    keys: list[str | None] = [None] * len(rows)
    for noun_name in sorted({name for name in columns["subject_noun"] if name in NOUNS}):
        at = [i for i, name in enumerate(columns["subject_noun"]) if name == noun_name]
        for i, key in zip(at, known.resolve(noun_name, [columns["subject"][i] for i in at]), strict=True):
            keys[i] = key
    for key, value, row in zip(keys, columns["subject"], rows, strict=True):
        if key is None and value is not None:
            found.append(finding("reference_unknown", row=int(row), field="subject", value=value))
    columns["subject"] = keys
    return found

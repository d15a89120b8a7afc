"""Values against one another and against reason: minima and maxima, amounts, second codes that repeat."""

from __future__ import annotations

from typing import Any, Final

from geoservice.intake.findings import Finding, finding
from geoservice.intake.table import Rows
from geoservice.model.nouns import Noun

_RANGES: Final = (("far_min", "far_max"), ("coverage_min", "coverage_max"))
_REASONABLE: Final = {
    "far_min": (0, 15),
    "far_max": (0, 20),
    "coverage_min": (0, 100),
    "coverage_max": (0, 100),
    "green_max": (0, 100),
    "height_max_m": (0, 700),
    "investment_total_fen": (1_000_000, 100_000_000_000_000),
    "annual_plan_fen": (0, 30_000_000_000_000),
}
"""Outside of these a unit or a digit is wrong: FAR, percent, metres, 1 万元 to 1 万亿元."""


def odd_values(kind: Noun, columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    """Return findings about numbers that contradict one another or reason, and second codes that repeat; O(n)."""
    return [
        *_reversed(columns, rows),
        *_implausible(columns, rows),
        *_plan_above_total(columns, rows),
        *_repeated(kind, columns, rows),
    ]


def _reversed(columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    return [
        finding("range_reversed", row=int(row), field=low, value=f"{least:g}", other=f"{most:g}")
        for low, high in _RANGES
        if low in columns and high in columns
        for least, most, row in zip(columns[low], columns[high], rows, strict=True)
        if least is not None and most is not None and least > most
    ]


def _implausible(columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    return [
        finding("value_implausible", row=int(row), field=field, value=_shown(field, value))
        for field, (least, most) in _REASONABLE.items()
        for value, row in zip(columns.get(field, ()), rows, strict=False)
        if value is not None and value != 0 and not least <= value <= most
    ]


def _plan_above_total(columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    if not {"investment_total_fen", "annual_plan_fen"} <= set(columns):
        return []
    pairs = zip(columns["investment_total_fen"], columns["annual_plan_fen"], rows, strict=True)
    return [
        finding(
            "amount_order",
            row=int(row),
            field="annual_plan_fen",
            value=_shown("annual_plan_fen", plan),
            other=_shown("investment_total_fen", total),
        )
        for total, plan, row in pairs
        if total is not None and plan is not None and plan > total
    ]


def _repeated(kind: Noun, columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    """Return a warning for codes that repeat beside the one by which rows are recognised."""
    found = []
    for field in () if kind.composite else kind.identity[1:]:
        seen: dict[Any, int] = {}
        for value, row in zip(columns.get(field, ()), rows, strict=False):
            if value is not None and seen.setdefault(value, int(row)) != int(row):
                found.append(
                    finding("code_duplicate", row=int(row), field=field, value=value, other=seen[value])
                )
    return found


def _shown(field: str, value: Any) -> str:
    return f"{value / 1_000_000:,.2f} 万元" if field.endswith("_fen") else f"{value:g}"

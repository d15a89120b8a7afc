"""How a value of a register is shown: text for a page, a typed value for a workbook, headings with their units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from geoservice.reporting.registers.register import Column
from geoservice.reporting.table import said

FEN_PER_WAN: Final = 1_000_000
_UNITS: Final = {"mu": "亩", "m2": "m²", "money": "万元"}
_UNITS_EN: Final = {"mu": "mu", "m2": "m²", "money": "10k yuan"}


def heading(column: Column, language: str = "zh") -> str:
    """Return the heading of a column with its unit in brackets."""
    word, units = (column.en, _UNITS_EN) if language == "en" else (column.zh, _UNITS)
    unit = units.get(column.kind)
    return f"{word}（{unit}）" if unit and language != "en" else f"{word} ({unit})" if unit else word


def typed(column: Column, properties: Mapping[str, Any], language: str = "zh") -> Any:
    """Return the value as a workbook keeps it: dates as dates, money in 万元, lists as one text."""
    value = properties.get(column.name)
    if value is None:
        return None
    if column.kind == "day":
        return date.fromisoformat(value)
    if column.kind == "money":
        return value / FEN_PER_WAN
    if column.kind == "list":
        return ("; " if language == "en" else "；").join(said(one, language) for one in value)
    return value


def shown(column: Column, properties: Mapping[str, Any], language: str = "zh") -> str:
    """Return the value as a page shows it, with thousands separators; empty where there is none.

    >>> shown(Column("a", "面积", "Area", "mu"), {"a": 1234.5}), shown(Column("r", "率", "Rate", "ratio"), {"r": 0.5})
    ('1,234.50', '50.0%')
    """
    value = typed(column, properties, language)
    if value is None:
        return ""
    if column.kind == "ratio":
        return f"{value:.1%}"
    if column.kind in ("mu", "m2", "money"):
        return f"{value:,.2f}"
    return f"{value:,}" if column.kind == "count" else str(value)

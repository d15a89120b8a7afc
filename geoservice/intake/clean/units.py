"""In which unit a column of areas or money is: declared, headed, detected, customary, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from geoservice.intake.bind import units
from geoservice.intake.clean.cells import Cells
from geoservice.intake.clean.numbers import parse_number
from geoservice.intake.findings import Finding, finding
from geoservice.intake.headings import unit_kind
from geoservice.intake.nouns import kind_of

AREA_DEFAULTS: Final = {"approved_area_m2": "ha", "demand_area_m2": "mu"}
"""Units in which the field states these areas when it says nothing (核准面积 in 公顷, 用地需求 in 亩)."""
_UNIT_NAMES: Final = {"m2": "平方米", "mu": "亩", "ha": "公顷", "km2": "平方公里", "sqft": "平方英尺"}


def decide_unit(
    cells: Cells, found: list[Finding], detected: Callable[[list[Any]], str | None] | None = None
) -> str | None:
    """Return the unit of an area or money column: declared, in its heading, detected, customary, or refused.

    Parameters
    ----------
    cells : Cells
    found : list of Finding
        Receives a warning where a unit was detected or assumed, an error where none is known.
    detected : callable, optional
        Compares the numbers with measured areas.
    """
    what = kind_of(cells.kind, cells.field)
    if what not in {"area", "money"}:
        return None
    unit = units(cells.rule)
    if unit is not None and unit_kind(unit) == what:
        return unit
    numbers = [n for n in map(_number_and_unit, cells.values) if n is not None]
    if all(unit for _, unit in numbers):
        return "m2" if what == "area" else "yuan"
    if what == "money":
        found.append(finding("unit_unstated", field=cells.field))
        return None
    numbers_or_none = [(_number_and_unit(c) or (None, None))[0] for c in cells.values]
    near = detected(numbers_or_none) if detected else None
    if near is not None:
        if near != "m2":
            found.append(finding("unit_detected", field=cells.field, value=_UNIT_NAMES[near]))
        return near
    unit = AREA_DEFAULTS.get(cells.field, "m2")
    found.append(finding("unit_assumed", field=cells.field, value=_UNIT_NAMES[unit]))
    return unit


def _number_and_unit(cell: Any) -> tuple[Any, str | None] | None:
    try:
        number, unit = parse_number(cell)
    except ValueError:
        return None
    return None if number is None else (number, unit)

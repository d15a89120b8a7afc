"""The stated area of a plot: hectares by the standard, whatever the ring itself says."""

from __future__ import annotations

import re
from typing import Final

from geoservice.geo.units import SQUARE_METRES
from geoservice.intake.findings import Finding, finding
from geoservice.intake.headings import unit_of
from geoservice.intake.txt.lines import number_of
from geoservice.intake.txt.plots import Plot

_WORDS: Final = {"ha": "公顷", "m2": "平方米", "mu": "亩"}
_PARTS: Final = re.compile(r"\s*([\d.]+)\s*(\S*)\s*")
_NEAR: Final = 0.1
_TOLERANCE: Final = 0.01
_ROUNDING_M2: Final = 1.0


def stated_area(
    plot: Plot, measured_m2: float, found: list[Finding], *, in_hectares: bool = True
) -> str | None:
    """Return the stated area with its unit in words, and warn where unit or size are not what they should be.

    The unit is the written one; else hectares if the ring agrees within a tenth, else the unit in which it
    does; where none agrees the standard's hectares stand, with a warning. A written unit is odd only where the
    format prescribes hectares (`in_hectares`).
    """
    match = _PARTS.fullmatch(plot.area)
    number = number_of(match.group(1)) if match else None
    if not number:
        found.append(finding("txt_area_empty", row=plot.line, value=plot.area or "（空）"))
        return None
    written = unit_of(match.group(2)) if match and match.group(2) else None
    unit = written if written in _WORDS else _unit(number, measured_m2)
    if unit is None or (in_hectares and written in _WORDS) or (written not in _WORDS and unit != "ha"):
        found.append(finding("txt_area_unit", row=plot.line, value=plot.area, unit=_WORDS[unit or "ha"]))
    unit = unit or "ha"
    apart = abs(number * SQUARE_METRES[unit] - measured_m2)
    if measured_m2 > 0 and apart > _ROUNDING_M2 and apart > _TOLERANCE * measured_m2:
        measured = f"{measured_m2 / SQUARE_METRES[unit]:.4f}"
        found.append(
            finding("txt_area_differs", row=plot.line, value=plot.area, measured=measured, unit=_WORDS[unit])
        )
    return f"{match.group(1)}{_WORDS[unit]}" if match else None


def _unit(number: float, measured_m2: float) -> str | None:
    if not measured_m2 > 0:
        return "ha"
    near = (u for u in _WORDS if abs(number * SQUARE_METRES[u] / measured_m2 - 1) < _NEAR)
    return next(near, None)

"""Stated areas against measured ones: the unit they must be in, and rows that differ."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from geoservice.geo.arrays import Floats
from geoservice.geo.measure import SQUARE_METRES
from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.stored import Shapes, place_of
from geoservice.intake.table import Rows

OF_LAND: Final = ("certified_area_m2", "approved_area_m2")
"""Fields that state the area of the shape itself."""
_CANDIDATES: Final = ("m2", "mu", "ha", "km2")
_AGREE: Final = 0.1
_ENOUGH: Final = 0.6


def detect_unit(stated: list[Any], measured_m2: Floats) -> str | None:
    """Return the unit in which most stated numbers agree with the measured areas within a tenth.

    >>> detect_unit([15, 30, None], np.array([10000.0, 20000.0, 5.0]))
    'mu'
    """
    numbers = np.array([np.nan if v is None else float(v) for v in stated])
    comparable = (numbers > 0) & (measured_m2 > 0)
    if not comparable.any():
        return None
    ratio = measured_m2[comparable] / numbers[comparable]
    for unit in _CANDIDATES:
        if (np.abs(ratio / SQUARE_METRES[unit] - 1) < _AGREE).mean() >= _ENOUGH:
            return unit
    return None


def differing(
    stated_m2: list[Any], shapes: Shapes, rows: Rows, field: str, tolerance: float
) -> list[Finding]:
    """Return a warning for each row whose stated area differs from the planar one beyond `tolerance`.

    Differences up to one square metre are rounding of the ledger.
    """
    found = []
    for i, (stated, row) in enumerate(zip(stated_m2, rows, strict=True)):
        planar = float(shapes.planar_area_m2[i])
        if stated is None or not stated > 0 or not planar > 0:
            continue
        apart = abs(stated - planar)
        if apart > 1.0 and apart > tolerance * planar:
            found.append(
                finding(
                    "area_differs",
                    row=int(row),
                    field=field,
                    value=f"{stated:.2f}",
                    declared=f"{stated:.2f}",
                    measured=f"{planar:.2f}",
                    percent=f"{100 * (stated - planar) / planar:+.1f}",
                    place=place_of(shapes.geometry[i]),
                )
            )
    return found

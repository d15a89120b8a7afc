"""Papers and slides: their size, their margin, and how much larger everything is set on a wall sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geoservice.errors import InvalidInput

_A_SERIES: Final = {
    "A4": (210.0, 297.0),
    "A3": (297.0, 420.0),
    "A2": (420.0, 594.0),
    "A1": (594.0, 841.0),
    "A0": (841.0, 1189.0),
}
_FACTORS: Final = {"A4": 1.0, "A3": 1.25, "A2": 1.65, "A1": 2.2, "A0": 3.0}
PAPERS: Final = tuple(_A_SERIES)
"""The sheets there are, the smallest first."""
_SLIDE_WIDTH_MM: Final = 297.0
LARGEST_SLIDE: Final = 8000
"""Pixels along the longer side of a picture."""


@dataclass(frozen=True)
class Paper:
    """A sheet.

    Attributes
    ----------
    width_mm, height_mm : float
        Size of the sheet.
    factor : float
        How much larger than on A4 type and lines are set: a wall sheet is read from afar.
    pixels_per_inch : float
        Resolution of a picture; 144 for what is not one.
    """

    width_mm: float
    height_mm: float
    factor: float
    pixels_per_inch: float = 144.0

    @property
    def margin_mm(self) -> float:
        """Return the margin around everything."""
        return 9.0 * self.factor


def paper_of(size: str, *, portrait: bool = False) -> Paper:
    """Return a sheet of the A series, landscape unless asked otherwise.

    Raises
    ------
    InvalidInput
        If there is no such size.

    >>> paper_of("A3").width_mm, paper_of("A4", portrait=True).width_mm
    (420.0, 210.0)
    """
    if size.upper() not in _A_SERIES:
        raise InvalidInput("There is no such paper", size, f"Use one of: {', '.join(PAPERS)}.")
    short, long = _A_SERIES[size.upper()]
    factor = _FACTORS[size.upper()]
    return Paper(short, long, factor) if portrait else Paper(long, short, factor)


def slide_of(width_px: int, height_px: int) -> Paper:
    """Return the sheet of a picture for slides.

    Raises
    ------
    InvalidInput
        If a side is shorter than 320 pixels or longer than :data:`LARGEST_SLIDE`, or the form is a ribbon.
    """
    if not all(320 <= side <= LARGEST_SLIDE for side in (width_px, height_px)):
        raise InvalidInput(
            "A picture of this size cannot be drawn",
            f"{width_px}×{height_px}",
            f"Use 320 to {LARGEST_SLIDE} pixels.",
        )
    if not 1 / 3 <= width_px / height_px <= 4:
        raise InvalidInput(
            "A picture of this form cannot be drawn", f"{width_px}×{height_px}", "Use at most 4:1."
        )
    height = _SLIDE_WIDTH_MM * height_px / width_px
    return Paper(_SLIDE_WIDTH_MM, height, 1.1, width_px / _SLIDE_WIDTH_MM * 25.4)

"""Colours of the classes a map shows, chosen to survive colour blindness and grey printing.

The stage and demolition palettes are the measured ones of this project (Machado 2009 model of colour
vision deficiency, CIEDE2000): the smallest difference between two stages is ΔE00 16.8 for normal vision
and at least 14.6 for protan, deutan and tritan. They hold only together with the outline and an opacity
of at least :data:`MIN_OPACITY`; the marks and hatchings say the same without colour.
The verdict palette follows the same test: tests/cartography/test_palettes.py computes it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoservice.model.vocabulary import (
    ParkLevel,
    PublicTaskState,
    StageGroup,
    TaskState,
    VerdictStatus,
    Vocabulary,
)

OUTLINE: Final = "#1F2937"
"""The outline of classed areas on a light ground."""

MIN_OPACITY: Final = 0.85
"""Below this opacity the ground shifts the colours further than the palettes allow."""

OTHER_COLOUR: Final = "#D6D3D1"
"""The colour of features whose value no class names: shown and counted, never dropped."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """How one class looks: its fill, the mark inside it (a digit, a sign) and whether it is hatched."""

    value: str
    colour: str
    zh: str
    en: str
    mark: str = ""
    hatch: bool = False
    optional: bool = False
    """Left out of the legend while no feature carries the value."""
    dark: str | None = None
    """The colour on a dark ground, where the usual one would be too loud or too faint."""


def _swatch(
    member: Vocabulary,
    colour: str,
    *,
    mark: str = "",
    hatch: bool = False,
    optional: bool = False,
    dark: str | None = None,
) -> Swatch:
    return Swatch(
        member.value, colour, member.zh, member.en, mark=mark, hatch=hatch, optional=optional, dark=dark
    )


STAGE_COLOURS: Final = ("#FFE9CD", "#FEC162", "#FE7782", "#B27AAA", "#825ADA", "#006280", "#004013")

STAGE_GROUPS: Final = tuple(
    _swatch(group, colour, mark=str(number))
    for number, (group, colour) in enumerate(zip(StageGroup, STAGE_COLOURS, strict=True), start=1)
)

TASK_STATES: Final = (
    _swatch(TaskState.NOT_STARTED, "#99000D", hatch=True),
    _swatch(TaskState.AGREED, "#F16913"),
    _swatch(TaskState.DEMOLISHING, "#FFD9A0"),
    _swatch(TaskState.DEMOLISHED, "#9ECAE1"),
    _swatch(TaskState.DELIVERED, "#08519C"),
    _swatch(TaskState.DISPUTED, "#525252", hatch=True),
    # The public is told two words only; they take the colours of the states they stand for.
    _swatch(PublicTaskState.IN_PROGRESS, "#F16913", optional=True),
    _swatch(PublicTaskState.CLEAR, "#08519C", optional=True),
)

VERDICTS: Final = (
    _swatch(VerdictStatus.AVAILABLE, "#00735C", mark="✓", dark="#2FD6A3"),
    _swatch(VerdictStatus.CONDITIONAL, "#FFC857", mark="!"),
    _swatch(VerdictStatus.UNAVAILABLE, "#CBC3B8", mark="×", dark="#4A5866"),
)

PARK_LEVELS: Final = (
    _swatch(ParkLevel.NATIONAL, "#0F766E"),
    _swatch(ParkLevel.PROVINCIAL, "#0F766E"),
    _swatch(ParkLevel.MUNICIPAL, "#0F766E"),
)

PALETTES: Final[Mapping[str, tuple[Swatch, ...]]] = MappingProxyType(
    {
        "stage_group": STAGE_GROUPS,
        "task_state": TASK_STATES,
        "verdict_status": VERDICTS,
        "park_level": PARK_LEVELS,
    }
)
"""The palettes a definition may name, by the vocabulary they colour."""


def ink_on(colour: str) -> str:
    """Return the ink, dark or white, that reads better on ``colour`` (WCAG 2 contrast).

    Parameters
    ----------
    colour : str
        A colour as ``#RRGGBB``.

    Returns
    -------
    str
        :data:`OUTLINE` or ``#FFFFFF``.

    Examples
    --------
    >>> ink_on("#FFE9CD"), ink_on("#004013")
    ('#1F2937', '#FFFFFF')
    """
    on_white = contrast(colour, "#FFFFFF")
    return "#FFFFFF" if on_white >= contrast(colour, OUTLINE) else OUTLINE


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours, between 1 and 21.

    >>> round(contrast("#000000", "#FFFFFF"))
    21
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

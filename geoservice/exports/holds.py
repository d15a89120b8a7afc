"""A hold for an investor (意向预留) is internal: whatever leaves the house says no more than that land is restricted."""

from __future__ import annotations

import re
from typing import Any, Final

_HOLD: Final = re.compile(r"(^|[_:\-])h[eo]ld([_:\-]|$)")
_NEUTRAL: Final = {"code": "restricted"}
READS: Final = "reasons"
"""The field that tells, read also where it is not asked for."""
_DATED: Final[tuple[str, ...]] = ("available_from", "valid_to")


def without_holds(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return columns in which no reason, and no date that follows from it, tells of a hold."""
    reasons = columns.get(READS)
    if reasons is None:
        return columns
    held = [any(_tells(reason) for reason in told or ()) for told in reasons]
    if not any(held):
        return columns
    neutral = [_neutral(told) if is_held else told for told, is_held in zip(reasons, held, strict=True)]
    dated: dict[str, list[Any]] = {
        name: [None if is_held else day for day, is_held in zip(columns[name], held, strict=True)]
        for name in _DATED
        if name in columns
    }
    return {**columns, READS: neutral, **dated}


def _tells(reason: Any) -> bool:
    if not isinstance(reason, dict):
        return False
    return any(_HOLD.search(str(reason.get(name) or "")) for name in ("code", "source"))


def _neutral(told: list[Any]) -> list[Any]:
    kept = [reason for reason in told if not _tells(reason)]
    return kept if _NEUTRAL in kept else [*kept, _NEUTRAL]

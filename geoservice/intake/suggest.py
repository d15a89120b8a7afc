"""Suggestions for a misspelt word."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from geoservice.intake.headings import fold


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that resembles `word` most, ``None`` where none does.

    >>> closest("DKBN", ["DKBH", "ZDMJ"])
    'DKBH'
    """
    names = {fold(name): name for name in known}
    match = get_close_matches(fold(word), names, n=1, cutoff=0.6)
    return names[match[0]] if match else None


def suggest(word: str, known: Iterable[str]) -> tuple[str, str]:
    """Return “did you mean” in Chinese and English, empty where nothing resembles."""
    near = closest(word, known)
    return (f"是否指“{near}”？", f"did you mean “{near}”? ") if near else ("", "")

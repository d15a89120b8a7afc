"""Texts and codes: spaces, invisible characters, full-width digits, and the many ways to write nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Any, Final

from geoservice.intake.table import is_missing

_NOTHING: Final = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "－",
        "/",
        "\\",
        "null",
        "none",
        "nan",
        "nat",
        "n/a",
        "#n/a",
        "<null>",
        "<空>",
        "空",
    }
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\u3000\u00a0]+")
_EXACT: Final = 2**53
_LONG_CODE: Final = 15
"""Excel keeps fifteen digits of a number; what a longer code ends in is lost."""


def clean_text(value: Any) -> str | None:
    r"""Return a text without stray spaces and invisible characters, ``None`` where it says nothing.

    >>> clean_text("　工业 用地\u200b "), clean_text("——"), clean_text(12.0)
    ('工业 用地', None, '12')
    """
    if is_missing(value):
        return None
    text = _CONTROL.sub("", _INVISIBLE.sub("", plain(value)))
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.splitlines()).strip()
    return None if text.casefold() in _NOTHING else text


def clean_code(value: Any) -> str | None:
    """Return a code: half-width, without any space, whole numbers without a decimal point.

    A code typed as ``="001"`` or ``'001`` to keep Excel from reading it as a number is what it looks like.

    >>> clean_code(320301.0), clean_code("３２０３０１ "), clean_code('="0601"')
    ('320301', '320301', '0601')
    """
    text = clean_text(value)
    while text is not None and (bare := _bare(text)) != text:
        # What was hidden behind a space or a quote may itself be one, or make one letter with its neighbour.
        text = clean_text(bare)
    return text


def _bare(text: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    return text.lstrip("'")


def clean_name(value: Any) -> str | None:
    """Return a code or name that refers to something: half-width, spaces kept within only.

    >>> clean_name(" 高新区（北区） ")
    '高新区（北区）'
    """
    text = clean_text(value)
    return None if text is None else " ".join(text.split())


def precision_lost(value: Any) -> bool:
    """Tell whether a number stands where a code was typed that is too long for a number.

    >>> precision_lost(3.2030100100100001e18), precision_lost(320301.0)
    (True, False)
    """
    if isinstance(value, float):
        return value.is_integer() and (abs(value) >= _EXACT or abs(value) >= 10**_LONG_CODE)
    return isinstance(value, str) and bool(re.fullmatch(r"\d(\.\d+)?[eE]\+\d{2}", value.strip()))


def plain(value: Any) -> str:
    """Return the text a cell shows: whole floats without a point, dates in ISO form."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value)

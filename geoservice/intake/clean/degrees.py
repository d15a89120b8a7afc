"""Degrees as they are typed: decimal, or degrees, minutes and seconds."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

_DMS: Final = re.compile(
    r"""^([NSEW东西南北]?)\s*(\d{1,3})\s*[°º度]\s*
        (?:(\d{1,2}(?:\.\d+)?)\s*['′分]\s*)?
        (?:(\d{1,2}(?:\.\d+)?)\s*(?:["″秒]|'')\s*)?([NSEW东西南北]?)$""",
    re.VERBOSE | re.IGNORECASE,
)


def parse_degrees(value: Any) -> float | None:
    """Return the decimal degrees of degrees, minutes and seconds, ``None`` for anything else.

    >>> parse_degrees("117°12′36″"), parse_degrees("北纬34°15.5'"), parse_degrees("117.21")
    (117.21, 34.25833333333333, None)
    """
    if not isinstance(value, str):
        return None
    text = value.strip().replace("北纬", "N").replace("东经", "E").replace("’", "'").replace("”", '"')
    match = _DMS.match(text) or _DMS.match(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    before, degrees, minutes, seconds, after = match.groups()
    if float(minutes or 0) >= 60 or float(seconds or 0) >= 60:
        return None
    # One division at the end keeps the sum exact in the digits anybody writes.
    size = (int(degrees) * 3600 + float(minutes or 0) * 60 + float(seconds or 0)) / 3600
    return -size if (before or after).upper() in {"S", "W", "南", "西"} else size

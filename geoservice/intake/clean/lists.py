"""Lists within one cell."""

from __future__ import annotations

import re
from typing import Any

from geoservice.intake.clean.text import clean_code, clean_text

_SEPARATOR = re.compile(r"[、，,;；\n]+|\s*/\s*")


def parse_list(value: Any) -> list[str]:
    """Return the items of a cell, in order and without repetition.

    >>> parse_list("装备制造、新材料；新材料"), parse_list(None)
    (['装备制造', '新材料'], [])
    """
    text = clean_text(value)
    if text is None:
        return []
    items = (clean_text(item) for item in _SEPARATOR.split(text))
    return list(dict.fromkeys(item for item in items if item))


def parse_codes(value: Any, separator: str) -> list[str]:
    """Return the codes of a cell, split by a regular expression, in order and without repetition.

    >>> parse_codes("34-16, 34-111", "[,;/、 ]+")
    ['34-16', '34-111']
    """
    text = clean_text(value)
    if text is None:
        return []
    items = (clean_code(item) for item in re.split(separator, text))
    return list(dict.fromkeys(item for item in items if item))

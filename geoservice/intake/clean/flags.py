"""Yes and no as bureaus tick them."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from geoservice.intake.clean.text import clean_text

_YES: Final = frozenset(
    {"是", "有", "√", "✓", "✔", "☑", "1", "1.0", "y", "yes", "t", "true", "已", "对", "o", "○", "●"}
)
_NO: Final = frozenset(
    {"否", "无", "×", "✗", "✘", "☐", "0", "0.0", "n", "no", "f", "false", "未", "没有", "不", "x"}
)


def parse_flag(value: Any, word: str = "") -> bool | None:
    """Return the flag of a cell, ``None`` where it says nothing.

    Parameters
    ----------
    value : object
    word : str
        The heading, so that ``已抵押`` and ``未抵押`` are understood under 抵押.

    Raises
    ------
    ValueError
        The cell is neither yes nor no.

    Examples
    --------
    >>> parse_flag("√"), parse_flag("否"), parse_flag("未抵押", "抵押"), parse_flag(None)
    (True, False, False, None)
    """
    if isinstance(value, bool):
        return value
    text = clean_text(value)
    if text is None:
        # A lone dash or slash in a column of ticks is no tick; an empty cell says nothing.
        return None
    said = unicodedata.normalize("NFKC", text).casefold().strip(" 。.")
    if said in _YES:
        return True
    if said in _NO:
        return False
    if (word and said.endswith(word)) or said[:1] in {"已", "未", "可", "不", "无"}:
        return said[:1] not in {"未", "不", "无", "没"}
    raise ValueError(text)

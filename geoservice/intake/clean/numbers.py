"""Numbers as they are typed: separators, full-width digits, units behind them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from geoservice.intake.clean.text import clean_text
from geoservice.intake.headings import unit_of

_NUMBER = re.compile(r"^(?:约|≈|¥|￥|rmb)?\s*([+-]?(?:\d[\d,\s]*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(.*)$")


def parse_number(value: Any) -> tuple[Decimal | None, str | None]:
    """Return the number of a cell, exactly as written, and the unit behind it if one is written.

    Raises
    ------
    ValueError
        The cell holds something else.

    Examples
    --------
    >>> parse_number("１,２３４.５ 万元"), parse_number("36亩"), parse_number("—")
    ((Decimal('1234.5'), 'wan'), (Decimal('36'), 'mu'), (None, None))
    """
    if isinstance(value, bool):
        raise ValueError(value)
    text = clean_text(value)
    if text is None:
        return None, None
    match = _NUMBER.match(unicodedata.normalize("NFKC", text).casefold().replace("，", ","))
    if not match:
        raise ValueError(text)
    unit = unit_of(match.group(2)) if match.group(2) else None
    if match.group(2) and unit is None:
        raise ValueError(text)
    return _decimal(re.sub(r"[,\s]", "", match.group(1))), unit


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError(text)
    return number

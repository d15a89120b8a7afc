"""Values on their way into files: plain for machines, told in words and units for ledgers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from geoservice.db.types import instant_text, json_text
from geoservice.exports.fields import Field, Kind
from geoservice.geo.measure import MONEY_FEN, SQUARE_METRES

Column = list[Any]
_FLAGS: Final = {True: "是", False: "否"}
_WORDS: Final = {"restricted": "有限制，请咨询自然资源和规划部门"}
"""What readers who may not know the reason are told instead of it."""


def plain(field: Field, values: Column) -> Column:
    """Return values that any table can hold: documents become text, all else stays what it is."""
    return [_document(value) for value in values] if field.kind == "document" else values


def told(field: Field, values: Column) -> Column:
    """Return values as a ledger shows them: labels for codes, 是/否 for flags, units converted, lists in words."""
    tell = _teller(field)
    return values if tell is None else [None if value is None else tell(value) for value in values]


def told_kind(field: Field) -> Kind:
    """Return the kind of values :func:`told` gives."""
    if field.kind in ("flag", "document"):
        return "text"
    return "number" if field.unit in _FACTORS else field.kind


def as_text(value: Any) -> Any:
    """Return the text of what has no type of its own in a text file: days and instants in ISO form, true and false.

    >>> from datetime import date
    >>> as_text(date(2026, 9, 30)), as_text(True), as_text(1.5)
    ('2026-09-30', 'true', 1.5)
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


_FACTORS: Final[dict[str, float]] = {
    **{unit: SQUARE_METRES[unit] for unit in ("mu", "ha")},
    "wan": MONEY_FEN["wan"],
}


def _teller(field: Field) -> Callable[[Any], Any] | None:
    if field.vocabulary is not None:
        labels = {member.value: member.zh for member in field.vocabulary}
        return lambda code: labels.get(code, code)
    if field.kind == "flag":
        return lambda flag: _FLAGS[bool(flag)]
    if field.kind == "document":
        return _words
    factor = _FACTORS.get(field.unit or "")
    return None if factor is None else partial(_converted, factor=factor)


def _converted(value: float, factor: float) -> float:
    return value / factor


def _document(value: Any) -> Any:
    """Write a list of words as offices do, any other document as JSON."""
    if value is None or value in ([], {}):
        return None
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "、".join(value)
    return json_text(value)


def _words(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return "；".join(_said(one) for one in value) or None
    return _document(value)


def _said(one: dict[str, Any]) -> str:
    """Say a reason: its text, whose job it is, and until when."""
    code = str(one.get("code") or "")
    text = str(one.get("text") or one.get("title") or one.get("name") or _WORDS.get(code, code))
    until = f"至 {one['until']}" if one.get("until") else ""
    about = "，".join(part for part in (one.get("unit") or "", until) if part)
    return f"{text}（{about}）" if about else text

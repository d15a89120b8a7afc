"""The cleaner of each kind of field: one cell in, one value out, or a reason why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from geoservice.geo.errors import AmountUnreadable
from geoservice.geo.measure import SQUARE_METRES, to_fen
from geoservice.intake.clean import terms
from geoservice.intake.clean.cells import Cells
from geoservice.intake.clean.dates import parse_day
from geoservice.intake.clean.flags import parse_flag
from geoservice.intake.clean.lists import parse_list
from geoservice.intake.clean.numbers import parse_number
from geoservice.intake.clean.text import clean_code, clean_name, clean_text, precision_lost
from geoservice.intake.headings import split_unit, unit_kind
from geoservice.intake.nouns import Kind
from geoservice.intake.suggest import suggest
from geoservice.model.vocabulary import UseSystem

Clean: TypeAlias = Callable[[Any], Any]


class Refused(Exception):
    """A cell that cannot be read, with the code of the finding that says so."""

    def __init__(self, code: str, **named: Any) -> None:
        self.code, self.named = code, named
        super().__init__(code)


def cleaner(what: Kind, cells: Cells) -> Clean:
    """Return the function that reads one cell of a field; it raises :class:`Refused`."""
    simple: dict[Kind, Clean] = {"text": clean_text, "code": _code(cells), "list": parse_list}
    if what in simple:
        return simple[what]
    if what == "term":
        return _term(cells)
    if what == "date":
        return lambda v: _or_refuse(
            "date_invalid", parse_day, v, last=cells.last_day, format=cells.rule.format
        )
    if what == "flag":
        word = split_unit(cells.rule.column or "")[0].removeprefix("是否")
        return lambda v: _or_refuse("flag_invalid", parse_flag, v, word)
    if what == "money":
        return lambda v: _money(v, cells.unit or "yuan")
    return lambda v: _amount(v, what, cells)


def _code(cells: Cells) -> Clean:
    if cells.field == "use_system":
        return _use_system
    referring = cells.field in cells.kind.references

    def clean(value: Any) -> str | None:
        if precision_lost(value):
            raise Refused("precision_lost")
        # What refers to another thing may be its name, in which spaces and brackets count.
        return clean_name(value) if referring else clean_code(value)

    return clean


def _use_system(value: Any) -> str | None:
    """Return the code of a known classification, any other as it is written."""
    text = clean_name(value)
    return text and (terms.recognise(UseSystem, text) or text)


def _term(cells: Cells) -> Clean:
    vocabulary = cells.kind.vocabularies[cells.field]

    def clean(value: Any) -> str | None:
        word = clean_text(value)
        if word is None:
            return None
        code = terms.recognise(vocabulary, word)
        if code is None:
            hint, hint_en = suggest(word, terms.labels(vocabulary))
            raise Refused(
                "code_unknown",
                suggestion=hint,
                suggestion_en=hint_en,
                columns="、".join(terms.labels(vocabulary)),
            )
        return code

    return clean


def _or_refuse(code: str, parse: Callable[..., Any], *args: Any, **named: Any) -> Any:
    try:
        return parse(*args, **named)
    except (ValueError, OverflowError):
        raise Refused(code) from None


def _money(value: Any, unit: str) -> int | None:
    number, written = _or_refuse("number_invalid", parse_number, value)
    if number is None:
        return None
    if number < 0:
        raise Refused("number_negative")
    if written is not None and unit_kind(written) != "money":
        raise Refused("number_invalid")
    factor, unit = (1000, "yuan") if (written or unit) == "qian" else (1, written or unit)
    try:
        fen: int = to_fen([number * factor], unit)[0]
    except AmountUnreadable:
        raise Refused("number_invalid") from None
    return fen


def _amount(value: Any, what: Kind, cells: Cells) -> float | int | None:
    number, written = _or_refuse("number_invalid", parse_number, value)
    if number is None:
        return None
    if number < 0:
        raise Refused("number_negative")
    if what == "count":
        if number != int(number):
            raise Refused("number_invalid")
        return int(number)
    if what == "area":
        unit = written or cells.unit or "m2"
        if unit not in SQUARE_METRES:
            raise Refused("number_invalid")
        return round(float(number) * SQUARE_METRES[unit], 6)
    return float(number)

"""One column at a time: cells in, values and findings out, by the kind of the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from geoservice.geo.errors import AmountUnreadable
from geoservice.geo.measure import SQUARE_METRES, to_fen
from geoservice.intake.bind import units
from geoservice.intake.clean import terms
from geoservice.intake.clean.dates import parse_day
from geoservice.intake.clean.flags import parse_flag
from geoservice.intake.clean.lists import parse_list
from geoservice.intake.clean.numbers import parse_number
from geoservice.intake.clean.text import clean_code, clean_name, clean_text, precision_lost
from geoservice.intake.findings import Finding, finding
from geoservice.intake.headings import split_unit, unit_kind
from geoservice.intake.mapping import FieldRule
from geoservice.intake.nouns import Kind, kind_of
from geoservice.intake.privacy import find_personal, mask
from geoservice.intake.suggest import suggest
from geoservice.intake.table import is_missing
from geoservice.model.nouns import Noun

AREA_DEFAULTS: Final = {"approved_area_m2": "ha", "demand_area_m2": "mu"}
"""Units in which the field states these areas when it says nothing (核准面积 in 公顷, 用地需求 in 亩)."""


@dataclass(frozen=True)
class Cells:
    """The cells of one field with where they stand.

    Attributes
    ----------
    kind : Noun
        Whose field it is.
    field : str
    rule : FieldRule
    values : list
        Raw cells.
    rows : sequence of int
        Their rows in the file.
    unit : str, optional
        Decided unit, for areas and money.
    last_day : bool
        Whether months and quarters mean their last day.
    """

    kind: Noun
    field: str
    rule: FieldRule
    values: list[Any]
    rows: Sequence[int]
    unit: str | None = None
    last_day: bool = False


def clean_column(cells: Cells, found: list[Finding]) -> list[Any]:
    """Return the clean values of a field, ``None`` where nothing is said or nothing usable; O(n).

    What cannot be read becomes a finding by row and ``None``; the mapping's default fills what is empty.
    """
    what = kind_of(cells.kind, cells.field)
    empty = set(cells.rule.empty)
    clean = _cleaner(what, cells)
    values: list[Any] = []
    for cell, row in zip(cells.values, cells.rows, strict=True):
        value = None if _says_nothing(cell, empty) else _clean_one(clean, cell, row, what, cells, found)
        values.append(cells.rule.default if value is None and cells.rule.default is not None else value)
    return values


def decide_unit(
    cells: Cells, found: list[Finding], detected: Callable[[list[Any]], str | None] | None = None
) -> str | None:
    """Return the unit of an area or money column: declared, in its heading, detected, customary, or refused.

    Parameters
    ----------
    cells : Cells
    found : list of Finding
        Receives a warning where a unit was detected or assumed, an error where none is known.
    detected : callable, optional
        Compares the numbers with measured areas.
    """
    what = kind_of(cells.kind, cells.field)
    if what not in {"area", "money"}:
        return None
    unit = units(cells.rule)
    if unit is not None and unit_kind(unit) == what:
        return unit
    numbers = [n for n in map(_number_and_unit, cells.values) if n is not None]
    if all(unit for _, unit in numbers):
        return "m2" if what == "area" else "yuan"
    if what == "money":
        found.append(finding("unit_unstated", field=cells.field))
        return None
    numbers_or_none = [(_number_and_unit(c) or (None, None))[0] for c in cells.values]
    near = detected(numbers_or_none) if detected else None
    if near is not None:
        if near != "m2":
            found.append(finding("unit_detected", field=cells.field, value=_UNIT_NAMES[near]))
        return near
    unit = AREA_DEFAULTS.get(cells.field, "m2")
    found.append(finding("unit_assumed", field=cells.field, value=_UNIT_NAMES[unit]))
    return unit


_UNIT_NAMES: Final = {"m2": "平方米", "mu": "亩", "ha": "公顷", "km2": "平方公里", "sqft": "平方英尺"}

_DEFAULTED: Final = frozenset({"code_unknown", "flag_invalid"})

_Clean = Callable[[Any], Any]


class _Refused(Exception):
    """A cell that cannot be read, with the code of the finding that says so."""

    def __init__(self, code: str, **named: Any) -> None:
        self.code, self.named = code, named
        super().__init__(code)


def _clean_one(clean: _Clean, cell: Any, row: int, what: Kind, cells: Cells, found: list[Finding]) -> Any:
    meant = terms.translate(cell, cells.rule)
    try:
        value = clean(meant)
    except _Refused as refused:
        if refused.code in _DEFAULTED and cells.rule.default is not None:
            _note_default(cell, row, cells, found)
            return None
        found.append(finding(refused.code, row=row, field=cells.field, value=_safe(cell), **refused.named))
        return None
    if what == "date" and value is not None and value.coarse and cells.field != "month":
        found.append(finding("date_coarse", row=row, field=cells.field, value=_safe(cell)))
    if isinstance(value, str) and find_personal(value) and what != "code":
        found.append(finding("personal_value", row=row, field=cells.field))
        return mask(value)
    return value.day if what == "date" and value is not None else value


def _note_default(cell: Any, row: int, cells: Cells, found: list[Finding]) -> None:
    """Say once per value that the default was taken: the mapping asked for it."""
    value = clean_text(cell)
    if not any(f.code == "code_defaulted" and f.field == cells.field and f.value == value for f in found):
        found.append(finding("code_defaulted", row=row, field=cells.field, value=value))


def _cleaner(what: Kind, cells: Cells) -> _Clean:
    simple: dict[Kind, _Clean] = {"text": clean_text, "code": _code(cells), "list": parse_list}
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


def _code(cells: Cells) -> _Clean:
    referring = cells.field in cells.kind.references or cells.field == "use_system"

    def clean(value: Any) -> str | None:
        if precision_lost(value):
            raise _Refused("precision_lost")
        # What refers to another thing may be its name, in which spaces and brackets count.
        return clean_name(value) if referring else clean_code(value)

    return clean


def _term(cells: Cells) -> _Clean:
    vocabulary = cells.kind.vocabularies[cells.field]

    def clean(value: Any) -> str | None:
        word = clean_text(value)
        if word is None:
            return None
        code = terms.recognise(vocabulary, word)
        if code is None:
            hint, hint_en = suggest(word, terms.labels(vocabulary))
            raise _Refused(
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
        raise _Refused(code) from None


def _money(value: Any, unit: str) -> int | None:
    number, written = _or_refuse("number_invalid", parse_number, value)
    if number is None:
        return None
    if number < 0:
        raise _Refused("number_negative")
    if written is not None and unit_kind(written) != "money":
        raise _Refused("number_invalid")
    factor, unit = (1000, "yuan") if (written or unit) == "qian" else (1, written or unit)
    try:
        fen: int = to_fen([number * factor], unit)[0]
    except AmountUnreadable:
        raise _Refused("number_invalid") from None
    return fen


def _amount(value: Any, what: Kind, cells: Cells) -> float | int | None:
    number, written = _or_refuse("number_invalid", parse_number, value)
    if number is None:
        return None
    if number < 0:
        raise _Refused("number_negative")
    if what == "count":
        if number != int(number):
            raise _Refused("number_invalid")
        return int(number)
    if what == "area":
        unit = written or cells.unit or "m2"
        if unit not in SQUARE_METRES:
            raise _Refused("number_invalid")
        return round(float(number) * SQUARE_METRES[unit], 6)
    return float(number)


def _number_and_unit(cell: Any) -> tuple[Any, str | None] | None:
    try:
        number, unit = parse_number(cell)
    except ValueError:
        return None
    return None if number is None else (number, unit)


def _says_nothing(cell: Any, empty: set[str]) -> bool:
    return is_missing(cell) or bool(empty and (clean_text(cell) in empty or str(cell) in empty))


def _safe(cell: Any) -> str:
    return mask(str(cell.isoformat() if isinstance(cell, date) else cell))[:80]

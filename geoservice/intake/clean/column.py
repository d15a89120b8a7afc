"""One column at a time: cells in, values and findings out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from geoservice.intake.clean import terms
from geoservice.intake.clean.cells import Cells
from geoservice.intake.clean.cleaners import Clean, Refused, cleaner
from geoservice.intake.clean.text import clean_text
from geoservice.intake.findings import Finding, finding
from geoservice.intake.nouns import Kind, kind_of
from geoservice.intake.privacy import find_personal, mask
from geoservice.intake.table import is_missing

_DEFAULTED: Final = frozenset({"code_unknown", "flag_invalid"})
"""What the mapping's default answers when its ``values`` do not list a cell."""


def clean_column(cells: Cells, found: list[Finding]) -> list[Any]:
    """Return the clean values of a field, ``None`` where nothing is said or nothing usable.

    What cannot be read becomes a finding by row and ``None``; the mapping's default fills what is empty.
    Equal cells are read once; O(n).
    """
    what = kind_of(cells.kind, cells.field)
    empty = set(cells.rule.empty)
    clean = cleaner(what, cells)
    default = _default(cells)
    read: dict[Any, tuple[Any, list[Finding]]] = {}
    values: list[Any] = []
    for cell, row in zip(cells.values, cells.rows, strict=True):
        key = (type(cell), cell)
        if key not in read:
            said: list[Finding] = []
            blank = _says_nothing(cell, empty)
            read[key] = (None if blank else _clean_one(clean, cell, what, cells, row, said), said)
            found += said
        elif read[key][1]:
            found += _again(read[key][1], row)
        value = read[key][0]
        values.append(default if value is None else value)
    return values


def _clean_one(clean: Clean, cell: Any, what: Kind, cells: Cells, row: int, said: list[Finding]) -> Any:
    named: dict[str, Any] = {"row": row, "field": cells.field}
    try:
        value = clean(terms.translate(cell, cells.rule))
    except Refused as refused:
        if refused.code in _DEFAULTED and cells.rule.default is not None:
            said.append(finding("code_defaulted", **named, value=clean_text(cell)))
        else:
            said.append(finding(refused.code, **named, value=_safe(cell), **refused.named))
        return None
    if what == "date" and value is not None:
        if value.coarse and cells.field != "month":
            said.append(finding("date_coarse", **named, value=_safe(cell)))
        return value.day
    if isinstance(value, str) and what != "code" and find_personal(value):
        said.append(finding("personal_value", **named))
        return mask(value)
    return value


def _again(said: list[Finding], row: int) -> list[Finding]:
    """Say of another row what was said of an equal cell; that a default was taken is said once per value."""
    return [f.of_row(row) for f in said if f.code != "code_defaulted"]


def _default(cells: Cells) -> Any:
    default, vocabulary = cells.rule.default, cells.kind.vocabularies.get(cells.field)
    return terms.recognise(vocabulary, default) if vocabulary and isinstance(default, str) else default


def _says_nothing(cell: Any, empty: set[str]) -> bool:
    return is_missing(cell) or bool(empty and (clean_text(cell) in empty or str(cell) in empty))


def _safe(cell: Any) -> str:
    return mask(str(cell.isoformat() if isinstance(cell, date) else cell))[:80]

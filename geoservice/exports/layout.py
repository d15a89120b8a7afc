"""How a sheet's rows become columns of a file: under which names, of which kinds, plain or told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geoservice.exports.fields import Field, Kind
from geoservice.exports.sheet import Batch, Sheet
from geoservice.exports.values import Column, plain, told, told_kind


@dataclass(frozen=True)
class Layout:
    """Columns of a file.

    Attributes
    ----------
    fields : tuple of Field
    names : tuple of str
        Name of each column in the file; distinct.
    kinds : tuple of str
        Kind of its values in the file.
    tells : bool
        Whether values are told in words and units (ledgers) or plain (machines).
    """

    fields: tuple[Field, ...]
    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    tells: bool

    def columns(self, batch: Batch) -> list[Column]:
        """Return the values of each column."""
        tell = told if self.tells else plain
        return [tell(field, batch.columns[field.name]) for field in self.fields]


def machine_layout(sheet: Sheet) -> Layout:
    """Return columns under the API's own names, with plain values."""
    kinds: Iterator[Kind] = ("text" if one.kind == "document" else one.kind for one in sheet.fields)
    return Layout(sheet.fields, tuple(one.name for one in sheet.fields), tuple(kinds), tells=False)


def ledger_layout(sheet: Sheet, *, dbf: bool = False) -> Layout:
    """Return columns under their Chinese headings with units, or under Shapefile names, with told values."""
    names = _distinct([one.dbf if dbf else one.title for one in sheet.fields], 10 if dbf else None)
    kinds = tuple(told_kind(one) for one in sheet.fields)
    # dBASE knows days and no instants.
    timed = tuple("text" if dbf and kind == "instant" else kind for kind in kinds)
    return Layout(sheet.fields, names, timed, tells=True)


def _distinct(names: list[str], longest: int | None) -> tuple[str, ...]:
    """Give repeated names numbers, within the length a format allows; letters of either case are the same."""
    taken: set[str] = set()
    distinct = []
    for name in names:
        one, number = name, 1
        while one.upper() in taken:
            number += 1
            tail = f"_{number}"
            one = (name if longest is None else name[: longest - len(tail)]) + tail
        taken.add(one.upper())
        distinct.append(one)
    return tuple(distinct)

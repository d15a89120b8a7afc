"""Records as CSV text that a spreadsheet opens: UTF-8 with a byte-order mark, lists in one cell, no formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from geoservice.model.spreadsheet import guard


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> str:
    """Write rows as CSV (RFC 4180).

    Parameters
    ----------
    rows : iterable of mapping
        Column → value; a missing one is an empty cell.
    columns : iterable of str
        The columns, in order.
    """
    sink = io.StringIO()
    writer = csv.writer(sink)
    names = list(columns)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return "\ufeff" + sink.getvalue()


def columns_of(rows: Iterable[Mapping[str, Any]], first: Iterable[str] = ()) -> list[str]:
    """Return every column the rows have, in the order in which they are met."""
    return list(dict.fromkeys([*first, *(name for row in rows for name in row)]))


def _cell(value: Any) -> Any:
    """Write one value; text a spreadsheet would run as a formula begins with an apostrophe."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _cell("；".join(said(one) for one in value))
    return guard(value) if isinstance(value, str) else value


def said(value: Any, language: str = "zh") -> str:
    """Return one member of a list in a cell: its text and whoever is responsible, or what it is called."""
    if not isinstance(value, dict):
        return str(value)
    if language == "en" and value.get("text_en"):
        return f"{value['text_en']} ({value['unit']})" if value.get("unit") else str(value["text_en"])
    text = str(value.get("text") or value.get("title") or value.get("name") or value.get("key") or "")
    unit = value.get("unit")
    return f"{text}（{unit}）" if unit else text

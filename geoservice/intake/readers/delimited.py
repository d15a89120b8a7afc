"""Delimited text (CSV and its kin): any line end, any usual separator, any usual encoding."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import Any

from geoservice.intake.readers.encoding import decode
from geoservice.intake.readers.grid import Grid, to_table
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions
from geoservice.model.spreadsheet import free

_SEPARATORS = (",", "\t", ";", "|")
_SAMPLE = 50


class DelimitedText:
    """A text file with one record per line."""

    format = "CSV"

    def recognises(self, source: Source) -> bool:
        """Tell by the absence of zero bytes, or by a UTF-16 byte order mark."""
        return source.head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in source.head

    def layers(self, source: Source) -> list[str]:
        """Return the one table a text file has."""
        return [source.path.stem]

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the table; rows are counted as a spreadsheet shows them."""
        decoded = decode(source.path.read_bytes(), source.name, options.encoding)
        table = to_table(Grid(_records(decoded.text)), layer, self.format, options)
        return replace(table, encoding=decoded.encoding, encoding_evidence=decoded.evidence)


def _records(text: str) -> list[list[Any]]:
    # Outlines as WKT may be longer than the 128 KiB csv allows by default.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    first = text.split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        separator, text = first[4], text.split("\n", 1)[1]
    else:
        separator = _separator(text)
    return [[free(cell) for cell in record] for record in _reader(text, separator)]


def _separator(text: str) -> str:
    """Return the separator by which most lines have the same number of fields."""
    return max(_SEPARATORS, key=lambda s: _regularity(text, s))


def _regularity(text: str, separator: str) -> tuple[int, int]:
    widths = Counter(len(r) for r in islice(_reader(text, separator), _SAMPLE) if any(r))
    divided = {width: count for width, count in widths.items() if width > 1}
    if not divided:
        return 0, 0
    width = max(divided, key=lambda w: (divided[w], w))
    return divided[width], width


def _reader(text: str, separator: str) -> Any:
    # newline="" leaves the line ends to csv, which takes \r, \n and \r\n alike.
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)

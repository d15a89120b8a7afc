"""Boundary-point TXT (勘测定界界址点坐标交换格式), GBK or Unicode, in every dialect bureaus write."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd

from geoservice.intake.errors import refuse
from geoservice.intake.findings import Finding, finding
from geoservice.intake.readers.encoding import decode
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions
from geoservice.intake.txt.assemble import assemble
from geoservice.intake.txt.header import read_header
from geoservice.intake.txt.lines import Line, lines_of
from geoservice.intake.txt.plots import is_plot, read_plots

_SECTIONS: Final = ("地块坐标", "属性描述", "宗地坐标")
_ENCODINGS: Final = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_MARKS: Final = tuple(word.encode(e) for word in _SECTIONS for e in _ENCODINGS)
_PLOT: Final = re.compile(rb"[,\xac]\s*@[ ,\t]*(?:\r|\n)")
_COLUMNS: Final = {
    "地块编号": "number",
    "地块名称": "name",
    "图形属性": "shape",
    "图幅号": "sheet",
    "地块用途": "use",
    "地类编码": "use_code",
}


class BoundaryTxt:
    """A file of boundary points; rows are named by the line of their plot record."""

    format = "界址点 TXT"

    def recognises(self, source: Source) -> bool:
        """Tell by the name of a section, or by a record that ends in @."""
        return any(mark in source.head for mark in _MARKS) or _PLOT.search(source.head) is not None

    def layers(self, source: Source) -> list[str]:
        """Return the one layer such a file has."""
        return [source.path.stem]

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the plots with shapes told apart by containment, east first.

        Raises
        ------
        IntakeRefused
            There is no plot record, points stand before the first, or plots are in different systems.
        """
        data = source.path.read_bytes()
        decoded = decode(data, source.name, options.encoding or _unmarked(data))
        found: list[Finding] = []
        head, body = _sections(lines_of(decoded.text), source.name)
        _note_width([*head, *body], found)
        header = read_header(head, found)
        plots = read_plots(body, found)
        made = assemble(plots, header, found)
        values = {name: [getattr(p, field) or None for p in plots] for name, field in _COLUMNS.items()}
        return RawTable(
            name=layer,
            format=self.format,
            values=pd.DataFrame(values | {"地块面积": made.areas}, dtype=object),
            rows=np.array([p.line for p in plots], dtype=np.int64),
            geometry=made.shapes,
            unreadable=made.unreadable,
            crs=made.crs,
            crs_evidence=made.crs_evidence,
            encoding=decoded.encoding,
            encoding_evidence=decoded.evidence,
            findings=found,
        )


def _unmarked(data: bytes) -> str | None:
    """Return the UTF-16 a file without byte order mark is in: zero bytes give it away."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" not in data[:4096]:
        return None
    return next((e for e in _ENCODINGS[2:] if any(w.encode(e) in data for w in _SECTIONS)), None)


def _sections(lines: list[Line], name: str) -> tuple[list[Line], list[Line]]:
    """Return the header and everything from the first plot record on.

    Raises
    ------
    IntakeRefused
        No plot record, or points before it: whose they are cannot be told.
    """
    first = next((i for i, line in enumerate(lines) if is_plot(line)), None)
    if first is None:
        raise refuse("txt_no_plot", value=name)
    start = max((i for i in range(first) if lines[i].text.startswith("[")), default=-1)
    stray = next((ln for ln in lines[start + 1 : first] if "=" not in ln.text and ":" not in ln.text), None)
    if stray is not None:
        raise refuse("txt_point_stray", line=stray.number, value=stray.text)
    return lines[:first], [line for line in lines[first:] if not line.text.startswith("[")]


def _note_width(lines: list[Line], found: list[Finding]) -> None:
    wide = [line for line in lines if line.wide]
    if wide:
        found.append(finding("txt_fullwidth", row=wide[0].number, value=wide[0].text, count=len(wide)))

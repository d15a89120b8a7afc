"""Clean columns of a file before bad rows are left out, and the frames of the good ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import shapely

from geoservice.intake.apply import Columns
from geoservice.intake.children import POSITION
from geoservice.intake.findings import Finding
from geoservice.intake.geometry.stored import Shapes
from geoservice.intake.rules.check_rules import CheckRules, shipped
from geoservice.intake.table import Rows
from geoservice.model.nouns import Noun


@dataclass
class Built:
    """Clean columns of a file, aligned with its rows, before bad rows are left out.

    Attributes
    ----------
    kind : Noun
    rows : ndarray of int
        Row in the file by position.
    columns : dict
        Clean values by field; references are keys where a register was at hand.
    shapes : Shapes or None
    held : list of str
        Key under which a row is held already.
    children : dict of str to DataFrame
        Rows of child nouns with ``position``.
    extra : list of dict or None
    gone : set of int
        Positions merged into others or dropped by policy.
    into : dict of int to int
        Where merged positions went.
    crs, crs_evidence : str
    numbers : list of str
        The number of each row, as findings and features show it.
    rules : CheckRules
        By which the rows were judged.
    """

    kind: Noun
    rows: Rows
    columns: Columns
    shapes: Shapes | None = None
    held: list[str | None] = field(default_factory=list)
    children: dict[str, pd.DataFrame] = field(default_factory=dict)
    extra: list[dict[str, Any]] | None = None
    gone: set[int] = field(default_factory=set)
    into: dict[int, int] = field(default_factory=dict)
    crs: str | None = None
    crs_evidence: str = ""
    numbers: list[str | None] = field(default_factory=list)
    rules: CheckRules = field(default_factory=shipped)
    bad: set[int] = field(default_factory=set)

    def keyed(self, found: Iterable[Finding]) -> list[Finding]:
        """Return the findings with the number of their row."""
        by_row = dict(zip(self.rows.tolist(), self.numbers, strict=True))
        return [f if f.key or f.row is None else replace(f, key=by_row.get(f.row)) for f in found]

    @property
    def good(self) -> list[int]:
        """Return the positions that can be loaded."""
        return [i for i in range(len(self.rows)) if i not in self.bad and i not in self.gone]

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the good rows by noun; children refer to positions in the main frame."""
        good = self.good
        main = pd.DataFrame({name: _take(values, good) for name, values in self.columns.items()})
        main = main.reindex(range(len(good)))
        if self.shapes is not None:
            main["geometry"] = _take(self.shapes.geometry.tolist(), good)
            main["original_crs"] = self.shapes.crs
            main["original_wkb"] = _take(shapely.to_wkb(self.shapes.original).tolist(), good)
        if self.extra is not None:
            main["extra"] = _take(self.extra, good)
        main["held"] = _take(self.held, good)
        frames = {self.kind.name: main}
        place = {old: new for new, old in enumerate(good)}
        for name, child in self.children.items():
            frames[name] = _replaced(child, place, self.into)
        return frames

    def rejects(self, found: Iterable[Finding]) -> pd.DataFrame:
        """Return ``row, key, codes, messages`` of rows with errors."""
        said: dict[int, list[Finding]] = {}
        for one in found:
            if one.severity == "error" and one.row is not None:
                said.setdefault(one.row, []).append(one)
        return pd.DataFrame(
            [
                {
                    "row": row,
                    "key": errors[0].key,
                    "codes": [e.code for e in errors],
                    "messages": [e.message for e in errors],
                }
                for row, errors in sorted(said.items())
            ],
            columns=["row", "key", "codes", "messages"],
        )


def _take(values: list[Any], at: list[int]) -> pd.Series[Any]:
    return pd.Series([values[i] for i in at], dtype=object)


def _replaced(child: pd.DataFrame, place: dict[int, int], into: dict[int, int]) -> pd.DataFrame:
    """Return the child rows whose parent is loaded, pointing at the parent's new position."""
    moved = [place.get(into.get(int(p), int(p))) for p in child[POSITION]]
    child = child.assign(**{POSITION: pd.Series(moved, index=child.index, dtype=object)})
    return child[child[POSITION].notna()].reset_index(drop=True)

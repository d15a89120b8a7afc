"""What every reader returns: raw values, shapes as they came, and the evidence for CRS and encoding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoservice.geo.arrays import Geometries
from geoservice.intake.findings import Finding

Rows: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a mapping or the command line says about the source.

    Attributes
    ----------
    layer : str, optional
        Layer or sheet to read.
    encoding : str, optional
        Text encoding that overrides what the file says.
    header_rows : tuple of int
        Rows of the heading, from 1; empty to find it.
    words : frozenset of str
        Headings that are expected (folded, see :func:`geoservice.intake.headings.fold`): they tell the heading
        row from titles above it.
    """

    layer: str | None = None
    encoding: str | None = None
    header_rows: tuple[int, ...] = ()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RawTable:
    """One layer or sheet, nothing changed.

    Attributes
    ----------
    name : str
        Layer or sheet.
    format : str
        Family the file belongs to, such as ``Shapefile``.
    values : DataFrame
        Cells as text, number, date or ``None``; one column per heading, a plain index.
    rows : ndarray of int64
        Where each row stands in the file, as a person counts it from 1.
    geometry : ndarray of geometries, optional
        Shapes in the coordinates of the file, ``None`` where a row has none.
    unreadable : dict of int to str
        Position of a row whose shape could not be read, and why.
    crs : str, optional
        WKT or code that the file declares.
    crs_evidence, encoding, encoding_evidence : str
        What was decided, and from what.
    header_rows : tuple of int
        Rows of the heading, from 1.
    findings : list of Finding
        What the reader noticed.
    personal : DataFrame, optional
        Personal columns set aside for the vault, on the rows of `values`; no check and no report looks at them.
    """

    name: str
    format: str
    values: pd.DataFrame
    rows: Rows
    geometry: Geometries | None = None
    unreadable: dict[int, str] = field(default_factory=dict)
    crs: str | None = None
    crs_evidence: str = ""
    encoding: str | None = None
    encoding_evidence: str = ""
    header_rows: tuple[int, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    personal: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def columns(self) -> list[str]:
        """Return the headings in their order."""
        return [str(c) for c in self.values.columns]

    def __len__(self) -> int:
        return len(self.values)


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds nothing: ``None``, NaN, NaT or NA.

    >>> is_missing(float("nan")), is_missing(""), is_missing(0)
    (True, False, False)
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value))

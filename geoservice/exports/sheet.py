"""What a writer is told before the first row, and the batches of rows that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyproj import CRS

from geoservice.exports.fields import Field
from geoservice.geo.arrays import Geometries


@dataclass(frozen=True)
class Batch:
    """Some rows of a sheet.

    Attributes
    ----------
    keys : list of str
        Key of each row, by which errors name it.
    columns : dict of str to list
        Values by field.
    geometry : ndarray of geometries or None
        In the sheet's reference system, east first.
    """

    keys: list[str]
    columns: dict[str, list[Any]]
    geometry: Geometries | None

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True)
class Note:
    """Something whoever receives the file must know: a code, and a sentence in both languages."""

    code: str
    text: str
    text_en: str


@dataclass(frozen=True)
class Choices:
    """How a format is written, where it leaves a choice.

    Attributes
    ----------
    encoding : str
        ``utf-8`` or ``gbk`` (also ``gb18030`` where the format allows it).
    bom : bool
        Begin CSV with a byte-order mark, by which Excel recognises UTF-8.
    headings : str or None
        ``code`` or ``zh``; ``None`` for what the format usually has.
    wkt : bool or None
        Whether CSV and Excel carry the shape as WKT; ``None`` for what the format usually does.
    """

    encoding: str = "utf-8"
    bom: bool = True
    headings: str | None = None
    wkt: bool | None = None


@dataclass(frozen=True)
class Sheet:
    """Rows on their way into a file.

    Attributes
    ----------
    name : str
        Name of the collection, also of layers inside files.
    title : str
        What an office calls it.
    fields : tuple of Field
    crs : CRS
        Reference system of the batches.
    shapes : str or None
        ``MultiPolygon``, ``Unknown`` where kinds mix, ``None`` without shapes.
    rows, placed : int
        How many rows there are, and how many have a shape.
    day : date
        The day the rows are about.
    source : str
        Line that says where the rows come from, for whom, and how long they hold.
    producer : str
        Who made the data: the city.
    read : callable
        Begins a new pass over the batches.
    notes : list of Note
        Receives what a writer could not carry.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    crs: CRS
    shapes: str | None
    rows: int
    placed: int
    day: date
    source: str
    producer: str
    read: Callable[[], Iterator[Batch]]
    notes: list[Note] = field(default_factory=list)

"""The cells of one field with where they stand, as the cleaners take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geoservice.intake.mapping import FieldRule
from geoservice.model.nouns import Noun


@dataclass(frozen=True)
class Cells:
    """The cells of one field.

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

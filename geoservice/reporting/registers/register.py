"""What every register is: a title, columns with words and units, and one question that answers all forms of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection

from geoservice.access.policy import Policy
from geoservice.registry.facts.narrowed import Feature
from geoservice.registry.features import FeatureQuery

ColumnKind = Literal["text", "day", "count", "m2", "mu", "ratio", "money", "list"]


@dataclass(frozen=True)
class Column:
    """A column of a register.

    Attributes
    ----------
    name : str
        Property of the features.
    zh, en : str
        Heading; units are added from the kind.
    kind : str
        How the value is shown: areas in m² or 亩, ratios in percent, money in 万元 from 分.
    total : bool
        Whether the column adds up.
    """

    name: str
    zh: str
    en: str
    kind: ColumnKind = "text"
    total: bool = False


@dataclass(frozen=True)
class Listing:
    """What a register says on a day.

    Attributes
    ----------
    features : sequence of dict
        GeoJSON features, one a row; a row without a place has a null geometry.
    summary : dict
        Figures over all rows.
    """

    features: Sequence[Feature]
    summary: dict[str, Any] = field(default_factory=dict)


Read = Callable[[Connection, Policy, FeatureQuery], Listing]


@dataclass(frozen=True)
class Register:
    """A register.

    Attributes
    ----------
    name : str
        Name in paths.
    zh, en : str
        Title.
    about, about_en : str
        What it is and by which rule, in a sentence.
    collection : str
        Collection whose policy and filters it follows.
    columns : tuple of Column
        What a table shows, in order.
    sources : tuple of str
        What it draws on beyond its collection; part of the ETag.
    read : callable
        Answers the question.
    """

    name: str
    zh: str
    en: str
    about: str
    about_en: str
    collection: str
    columns: tuple[Column, ...]
    sources: tuple[str, ...]
    read: Read


PARCEL_COLUMNS = (
    Column("parcel_number", "地块编号", "Parcel"),
    Column("name", "名称", "Name"),
    Column("district_name", "区县", "District"),
    Column("park_name", "园区", "Park"),
)
"""How a row names its parcel."""


def place_of(feature: Feature | None) -> dict[str, Any]:
    """Return what a row says of the parcel it is about."""
    shown = {} if feature is None else feature["properties"]
    names = ("parcel_number", "name", "district", "district_name", "park", "park_name")
    return {name: shown[name] for name in names if name in shown}


def row(key: str, geometry: Any, properties: dict[str, Any]) -> Feature:
    """Return one row as a feature."""
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": {"key": key, **properties}}

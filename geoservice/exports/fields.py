"""What a field is to a file: its kind, its heading and unit in ledgers, its name in a Shapefile."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import BigInteger, Boolean, Date, Float, Integer
from sqlalchemy.types import TypeEngine

from geoservice.db.types import Instant, Json
from geoservice.model import vocabulary as v
from geoservice.model.nouns import NOUNS
from geoservice.registry.collections import Collection

Kind: TypeAlias = Literal["text", "integer", "number", "flag", "day", "instant", "document"]

UNIT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"m2": "平方米", "mu": "亩", "ha": "公顷", "wan": "万元", "m": "米", "count": "", "percent": ""}
)
NOUN_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "parcels": "parcel",
        "availability": "parcel",
        "parks": "park",
        "zones": "zone",
        "projects": "project",
        "demolition": "demolition_task",
        "layers": "layer",
        "layer_features": "layer_feature",
    }
)
"""Collection → the noun that intake reads its files as."""
_DERIVED: Final[Mapping[tuple[str, str], type[v.Vocabulary]]] = MappingProxyType(
    {
        ("availability", "status"): v.VerdictStatus,
        ("projects", "stage"): v.Stage,
        ("projects", "stage_group"): v.StageGroup,
        ("projects", "stage_next"): v.Stage,
        ("demolition", "state"): v.TaskState,
        ("demolition", "public_state"): v.PublicTaskState,
        ("parcels", "use_system"): v.UseSystem,
        ("projects", "demand_use_system"): v.UseSystem,
        ("availability", "use_system"): v.UseSystem,
    }
)


@dataclass(frozen=True)
class Field:
    """A field of a file.

    Attributes
    ----------
    name : str
        As the API calls it.
    kind : str
        Type of its values: ``text, integer, number, flag, day, instant`` or ``document``.
    heading : str
        What a ledger calls it, without the unit.
    unit : str or None
        Unit in which a ledger shows it.
    dbf : str
        Name in a Shapefile: at most ten ASCII letters and digits.
    ledger : bool
        Whether a ledger shows it unasked.
    vocabulary : Vocabulary or None
        Closed list its codes come from.
    """

    name: str
    kind: Kind
    heading: str
    unit: str | None = None
    dbf: str = ""
    ledger: bool = True
    vocabulary: type[v.Vocabulary] | None = None

    @property
    def title(self) -> str:
        """Return the heading with its unit behind it."""
        word = UNIT_WORDS.get(self.unit or "", "")
        return f"{self.heading}（{word}）" if word else self.heading


def field_of(collection: Collection, name: str, column: TypeEngine[Any]) -> Field:
    """Return what a field of a collection is to a file; one that the table does not name goes by its own name."""
    table = _document()
    said = table.get(collection.name, {}).get(name) or table["any"].get(name) or _unnamed(name)
    return Field(
        name,
        kind_of(column),
        said.get("zh", name),
        said.get("unit"),
        _dbf_name(said.get("dbf", name), said.get("unit")),
        said.get("ledger", True),
        vocabulary_of(collection.name, name),
    )


def _unnamed(name: str) -> dict[str, Any]:
    """Return what the name of a field alone tells: its unit."""
    unit = "wan" if name.endswith("_fen") else "m2" if name.endswith("_m2") else None
    return {} if unit is None else {"unit": unit}


def vocabulary_of(collection: str, name: str) -> type[v.Vocabulary] | None:
    """Return the closed list a field's codes come from, ``None`` where there is none."""
    derived = _DERIVED.get((collection, name))
    return derived or NOUNS[NOUN_OF[collection]].vocabularies.get(name)


def kind_of(column: TypeEngine[Any]) -> Kind:
    """Return the kind of values a column holds."""
    kinds: tuple[tuple[Any, Kind], ...] = (
        (Boolean, "flag"),
        (Date, "day"),
        (Instant, "instant"),
        (Json, "document"),
        ((Integer, BigInteger), "integer"),
        (Float, "number"),
    )
    return next((kind for types, kind in kinds if isinstance(column, types)), "text")


def _dbf_name(name: str, unit: str | None) -> str:
    """Return the name with its unit behind it, since nothing else in a Shapefile can say it (``ZDMJ_M2``)."""
    plain = "".join(sign for sign in name.upper() if sign.isascii() and (sign.isalnum() or sign == "_"))
    tail = f"_{unit.upper()}" if unit in ("m2", "mu", "ha", "wan") else ""
    return plain[: 10 - len(tail)] + tail


@lru_cache(maxsize=1)
def _document() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads((files(__package__) / "fields.toml").read_text("utf-8"))

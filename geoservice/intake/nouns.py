"""What intake needs to know about a noun's fields: their kinds, and which nouns want polygons."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from sqlalchemy import BigInteger, Boolean, Date, Double, Integer

from geoservice.db.types import Json
from geoservice.model.nouns import Noun

Kind: TypeAlias = Literal["text", "code", "number", "count", "area", "money", "date", "flag", "list", "term"]

LISTS: Final = {
    "project": ("parcels",),
    "demolition_task": ("parcels", "projects"),
}
"""Fields that are lists of other nouns' numbers: they become rows of their own."""

CODES: Final = frozenset(
    {
        "code",
        "parcel_number",
        "parcel_code",
        "use_code",
        "use_system",
        "demand_use_code",
        "demand_use_system",
        "county",
        "district",
        "subdistrict",
        "park",
        "project_number",
        "project_code",
        "industry",
        "task_number",
        "unit_number",
        "task",
        "project",
        "parcel",
        "layer",
        "batch_number",
        "batch",
        "document_number",
        "contract_number",
        "contract",
        "balance_number",
    }
)
POINT_NOUNS: Final = frozenset({"demolition_unit"})
ANY_SHAPE: Final = frozenset({"project", "layer_feature"})


def fields_of(kind: Noun) -> tuple[str, ...]:
    """Return the fields a mapping may name."""
    own = [name for name in kind.fields if name != "geometry"]
    return (*own, *LISTS.get(kind.name, ()))


def kind_of(kind: Noun, field: str) -> Kind:
    """Return how the cells of a field are read.

    >>> from geoservice.model.nouns import noun
    >>> kind_of(noun("parcel"), "certified_area_m2"), kind_of(noun("project"), "investment_total_fen")
    ('area', 'money')
    """
    if field in LISTS.get(kind.name, ()):
        return "list"
    if field in kind.vocabularies:
        return "term"
    if field.endswith("_fen"):
        return "money"
    if field.endswith("_area_m2"):
        return "area"
    column = kind.table.c[field]
    if field in CODES:
        return "code"
    return _by_type(column.type)


def _by_type(column_type: object) -> Kind:
    if isinstance(column_type, Boolean):
        return "flag"
    if isinstance(column_type, Date):
        return "date"
    if isinstance(column_type, Json):
        return "list"
    if isinstance(column_type, (Integer, BigInteger)):
        return "count"
    return "number" if isinstance(column_type, Double) else "text"


def wants_polygon(noun_name: str) -> bool:
    """Tell whether the noun's shapes must be areas."""
    return noun_name not in POINT_NOUNS | ANY_SHAPE

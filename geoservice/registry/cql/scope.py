"""What a filter may speak of: the fields a reader sees, under their names, and the shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Date, Float, FromClause, Integer, Numeric, Table, Text
from sqlalchemy.types import TypeEngine

from geoservice.db.types import Instant, Json
from geoservice.errors import Forbidden
from geoservice.registry.cql.errors import FilterInvalid

GEOMETRY_NAMES: Final = frozenset({"geometry", "geom"})
_KINDS: Final[tuple[tuple[type[TypeEngine[Any]], str], ...]] = (
    (Boolean, "boolean"),
    (Instant, "instant"),
    (Json, "document"),
    (Date, "day"),
    (Integer, "number"),
    (Float, "number"),
    (Numeric, "number"),
    (Text, "text"),
)


def kind_of(column: ColumnElement[Any]) -> str:
    """Return what a column holds: ``text``, ``number``, ``boolean``, ``day``, ``instant`` or ``document``."""
    return next((kind for type_, kind in _KINDS if isinstance(column.type, type_)), "document")


@dataclass(frozen=True)
class Scope:
    """What a filter may speak of.

    Attributes
    ----------
    fields : mapping of str to ColumnElement
        Fields that are shown.
    hidden : frozenset of str
        Fields there are and this reader does not see: naming one is refused, whatever it would answer.
    shapes : tuple of (Table, FromClause)
        Where the shape of a feature is looked for, the first that has one.
    """

    fields: Mapping[str, ColumnElement[Any]]
    hidden: frozenset[str] = frozenset()
    shapes: tuple[tuple[Table, FromClause], ...] = field(default_factory=tuple)

    def field(self, name: Any) -> ColumnElement[Any]:
        """Return the column of a field.

        Raises
        ------
        Forbidden
            If this reader does not see it.
        FilterInvalid
            If there is no such field.
        """
        if isinstance(name, str) and name in self.hidden:
            raise Forbidden(
                "This role may not filter by a field it does not see", name, "Drop it from the filter."
            )
        if not isinstance(name, str) or name not in self.fields:
            raise FilterInvalid(
                "There is no such field", name, "The queryables of the collection list what there is."
            )
        return self.fields[name]

    def is_geometry(self, node: Any) -> bool:
        """Say whether a node names the shape of the feature."""
        name = node.get("property") if isinstance(node, dict) else None
        if not isinstance(name, str):
            return False
        if name in GEOMETRY_NAMES and name in self.hidden:
            raise Forbidden("This role may not ask where it does not see shapes", name, "Drop the predicate.")
        return name in GEOMETRY_NAMES - set(self.fields)

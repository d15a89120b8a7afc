"""What the register knows, as an intake check asks it: references by code or name, shapes in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from geoservice.db.frames import read_frame
from geoservice.db.spatial import in_bbox, wkb_of
from geoservice.geo.marks import is_approximate
from geoservice.model.nouns import noun
from geoservice.registry import aliases
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force


@dataclass(frozen=True)
class Known:
    """The register on one day, as seen by a check.

    Attributes
    ----------
    connection : Connection
        Open transaction.
    moment : Moment
        The day references are resolved on.
    """

    connection: Connection
    moment: Moment

    def resolve(self, noun_name: str, values: Sequence[Any], scheme: str | None = None) -> list[str | None]:
        """Return the key each value names: a key, a code under `scheme` (or any), or a name only one thing has."""
        texts = [None if value is None else str(value).strip() for value in values]
        wanted = sorted({text for text in texts if text})
        # Whoever says which kind of code it is does not mean a name.
        found = self._by_name(noun_name, wanted) if scheme is None else {}
        found |= aliases.find(self.connection, noun_name, scheme, wanted)
        found |= self._by_key(noun_name, wanted)
        return [found.get(text) if text else None for text in texts]

    def overlapping(self, noun_name: str, geometries: NDArray[Any]) -> pd.DataFrame:
        """Return the shapes in force that the bounding box of `geometries` touches: ``key, number, geometry``."""
        kind = noun(noun_name)
        table = kind.table
        box = tuple(float(edge) for edge in shapely.total_bounds(geometries))
        statement = select(
            table.c.key, table.c[kind.identity[0]].label("number"), wkb_of(table.c.geom).label("geometry")
        ).where(in_force(table, self.moment), table.c.geom.is_not(None))
        if all(np.isfinite(box)):
            statement = statement.where(in_bbox(table, table, (box[0], box[1], box[2], box[3])))
        return read_frame(self.connection, statement, geometry="geometry")

    def surveyed(self, noun_name: str, keys: Sequence[str]) -> set[str]:
        """Return those keys whose shape in force is a survey: there, and not from a web map."""
        table = noun(noun_name).table
        found: set[str] = set()
        for batch in aliases.batches(list(keys)):
            statement = select(table.c.key, table.c.original_crs).where(
                table.c.key.in_(batch), table.c.geom.is_not(None), in_force(table, self.moment)
            )
            found |= {
                row.key for row in self.connection.execute(statement) if not is_approximate(row.original_crs)
            }
        return found

    def areas(self, noun_name: str, kind: str | None = None) -> pd.DataFrame:
        """Return all zones (of a kind) or parks in force: ``key, name, geometry``."""
        table = noun(noun_name).table
        statement = select(table.c.key, table.c.name, wkb_of(table.c.geom).label("geometry")).where(
            in_force(table, self.moment)
        )
        if kind is not None:
            statement = statement.where(table.c.kind == kind)
        return read_frame(self.connection, statement.order_by(table.c.key), geometry="geometry")

    def _by_key(self, noun_name: str, wanted: list[str]) -> dict[str, str]:
        kind = noun(noun_name)
        keys = [text for text in wanted if text.startswith(kind.prefix)]
        found: dict[str, str] = {}
        for batch in aliases.batches(keys):
            statement = select(kind.table.c.key).where(kind.table.c.key.in_(batch)).distinct()
            found.update((key, key) for key in self.connection.scalars(statement))
        return found

    def _by_name(self, noun_name: str, wanted: list[str]) -> dict[str, str]:
        table = noun(noun_name).table
        if "name" not in table.c:
            return {}
        owners: dict[str, set[str]] = {}
        for batch in aliases.batches(wanted):
            statement = select(table.c.name, table.c.key).where(
                table.c.name.in_(batch), in_force(table, self.moment)
            )
            for row in self.connection.execute(statement):
                owners.setdefault(row.name, set()).add(row.key)
        return {name: next(iter(keys)) for name, keys in owners.items() if len(keys) == 1}

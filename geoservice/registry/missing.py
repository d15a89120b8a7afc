"""What a new delivery of a layer no longer contains: counted before, and ended only when asked."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from geoservice.model import import_run
from geoservice.model.nouns import Noun
from geoservice.model.vocabulary import ImportState
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

_NUMBERS = re.compile(r"[\d０-９._\-—\s()（）年月日]+")


@dataclass(frozen=True)
class Scope:
    """What a file is a whole delivery of.

    Attributes
    ----------
    noun : str
    layer : str or None
        Key of the layer whose features they are.
    source : str or None
        Name of the deliveries, without numbers and dates; `None` where the layer says it.
    runs : tuple of int
        Earlier published imports of that source.
    """

    noun: str
    layer: str | None = None
    source: str | None = None
    runs: tuple[int, ...] = ()


def scope_of(
    connection: Connection, kind: Noun, file_name: str, layer_name: str | None, layer: str | None = None
) -> Scope:
    """Return what a file is a delivery of.

    Features belong to their layer. Everything else belongs to its source: earlier imports of the same noun from a
    file (and layer within it) whose name is the same but for numbers and dates, such as 宗地_202611.shp after
    宗地_202610.shp.
    """
    if kind.name == "layer_feature":
        return Scope(kind.name, layer=layer)
    wanted = source_name(file_name, layer_name)
    rows = connection.execute(
        select(import_run.c.id, import_run.c.file_name, import_run.c.mapping)
        .where(import_run.c.noun == kind.name, import_run.c.state == ImportState.PUBLISHED.value)
        .order_by(import_run.c.id)
    )
    runs = [
        row.id
        for row in rows
        if source_name(row.file_name, (row.mapping.get("source") or {}).get("layer")) == wanted
    ]
    return Scope(kind.name, source=wanted, runs=tuple(runs))


def source_name(file_name: str, layer_name: str | None) -> str:
    """Return the name of a source of deliveries.

    >>> source_name("宗地_2026-11.shp", None), source_name("城区(3).gpkg", "地块")
    ('宗地', '城区/地块')
    """
    stem = file_name.rsplit(".", 1)[0] if "." in file_name else file_name
    plain = _NUMBERS.sub("", stem).casefold() or stem.casefold()
    return f"{plain}/{layer_name}" if layer_name else plain


def missing_keys(
    connection: Connection, kind: Noun, scope: Scope, present: Collection[str], day: date
) -> list[str]:
    """Return the things of a scope in force on `day` that are not among those present, in key order."""
    table = kind.table
    statement: Select[Any] = select(table.c.key).where(in_force(table, Moment(day)))
    if scope.layer is not None:
        statement = statement.where(table.c.layer == scope.layer)
    elif scope.runs:
        brought = select(table.c.key).where(table.c.import_run.in_(scope.runs))
        statement = statement.where(table.c.key.in_(brought))
    else:
        return []
    held = set(present)
    return [key for key in connection.scalars(statement.distinct().order_by(table.c.key)) if key not in held]


def vanished_links(
    connection: Connection, kind: Noun, parents: Collection[str], present: Collection[str], day: date
) -> list[str]:
    """Return links in force that an import once brought, of things a file speaks of, which it no longer lists."""
    table, parent = kind.table, kind.table.c[kind.identity[0]]
    held = set(present)
    found: list[str] = []
    names = sorted(parents)
    for start in range(0, len(names), 10_000):
        statement = select(table.c.key).where(
            in_force(table, Moment(day)),
            parent.in_(names[start : start + 10_000]),
            table.c.import_run.is_not(None),
        )
        found += [key for key in connection.scalars(statement.order_by(table.c.key)) if key not in held]
    return found

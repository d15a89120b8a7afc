"""The predicates of the OGC's abstract tests: each finds the number of features the test data holds, on both engines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from sqlalchemy import Column, MetaData, Table, func, select

from geoservice.db import Database, bulk
from geoservice.db.geopackage import schema
from geoservice.db.types import Code, Day, Flag, Instant, Number, RowId, geometry
from geoservice.registry.cql import Scope, compile_filter, parse_json, parse_text

ERRATA: Final = {
    "ACCENTI(CASEI(name)) LIKE accenti(casei('Chiș%'))": 1,
    "ACCENTI(CASEI(name)) LIKE accenti(casei('cHis%'))": 1,
}
"""The source says 2; but one place of the data, Chișinău, begins with "chis" when case and accents are set aside
(the other two that begin with "ch" are Chicago and Chengdu), so no reading of the predicate finds two."""
INSTANTS, DAYS, FLAGS = ("start", "end"), ("date",), ("boolean",)


@pytest.fixture
def worlds(database: Database, shared_data: Path) -> dict[str, Table]:
    """Load the three layers of the test data as they are, degrees of WGS 84 taken as they stand."""
    file = shared_data / "cql2" / "ne110m4cql2.gpkg"
    metadata = MetaData()
    tables = {}
    with database.write() as connection:
        for name, _ in pyogrio.list_layers(file):
            frame = pyogrio.read_dataframe(file, layer=name)
            table = Table(name, metadata, Column("id", RowId, primary_key=True), *_columns(frame))
            _create(connection, table)
            values = {column.name: _values(frame, column) for column in table.c if column.name != "geom"}
            values["geom"] = np.asarray(shapely.force_2d(frame.geometry), dtype=object)
            bulk.insert(connection, table, values)
            tables[name] = table
    return tables


def _columns(frame: pd.DataFrame) -> list[Column[Any]]:
    columns: list[Column[Any]] = []
    for name in frame.columns:
        if name == "geometry":
            columns.append(Column("geom", geometry()))
        elif name in INSTANTS:
            columns.append(Column(name, Instant()))
        elif name in DAYS:
            columns.append(Column(name, Day))
        elif name in FLAGS:
            columns.append(Column(name, Flag))
        else:
            numeric = pd.api.types.is_numeric_dtype(frame[name])
            columns.append(Column(name, Number if numeric else Code))
    return columns


def _create(connection: Any, table: Table) -> None:
    if connection.dialect.name == "geopackage":
        body = ", ".join(
            f'"{c.name}" {"GEOMETRY" if c.name == "geom" else c.type.compile(connection.dialect)}'
            + (" PRIMARY KEY" if c.primary_key else "")
            for c in table.c
        )
        connection.exec_driver_sql(f'CREATE TABLE "{table.name}" ({body})')
        schema.create_rtree(connection, table.name)
    else:
        table.create(connection)


def _values(frame: pd.DataFrame, column: Column[Any]) -> list[Any]:
    if column.name == "id":
        return list(range(1, len(frame) + 1))
    held = [None if pd.isna(value) else value for value in frame[column.name]]
    if column.name in INSTANTS:
        return [value and datetime.fromtimestamp(value.timestamp(), UTC) for value in held]
    if column.name in DAYS:
        return [value and value.date() for value in held]
    if column.name in FLAGS:
        return [None if value is None else bool(value) for value in held]
    return [value.item() if isinstance(value, np.generic) else value for value in held]


def _count(connection: Any, table: Table, tree: Any) -> int:
    fields = {column.name: column for column in table.c if column.name not in ("id", "geom")}
    found = compile_filter(Scope(fields, shapes=((table, table),)), tree)
    return int(connection.scalar(select(func.count()).select_from(table).where(found)))


def test_every_predicate_finds_what_it_must(
    database: Database, worlds: dict[str, Table], shared_data: Path
) -> None:
    predicates = json.loads((shared_data / "cql2" / "predicates.json").read_text(encoding="utf-8"))
    wrong = {}
    with database.read() as connection:
        for predicate in predicates:
            text, table = predicate["filter"], worlds[predicate["collection"]]
            expected = ERRATA.get(text, predicate["count"])
            tree = parse_text(text)
            found = _count(connection, table, tree), _count(connection, table, parse_json(json.dumps(tree)))
            if found != (expected, expected):
                wrong[text] = (found, expected)
            if text in ERRATA:
                names = connection.scalars(select(table.c.name))
                assert sum(name.lower().startswith(("chiș", "chis")) for name in names) == ERRATA[text]
    assert wrong == {}
    assert len(predicates) > 200

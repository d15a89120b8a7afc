"""Many rows written at once are known to the planner at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from geoservice.db import Database, bulk
from geoservice.model import alias

ROWS = 10_000


@pytest.mark.postgis
@pytest.mark.parametrize("engine_kind", ["postgis"], indirect=True)
def test_the_planner_knows_of_many_rows_before_they_are_committed(database: Database) -> None:
    columns = {
        "noun": ["parcel"] * ROWS,
        "scheme": ["parcel_number"] * ROWS,
        "value": [f"DK-{number:05d}" for number in range(ROWS)],
        "key": [f"DK{number:08d}" for number in range(ROWS)],
        "recorded_at": [datetime.now(UTC)] * ROWS,
        "recorded_by": ["tester"] * ROWS,
    }
    with database.write() as connection:
        bulk.insert(connection, alias, columns)
        known = connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'alias'"))
        assert known == ROWS

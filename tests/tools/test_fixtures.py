"""The fixtures hand out what they promise: an own, migrated, empty database on either engine."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from geoservice import clock, model
from geoservice.db import Database, open_database

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("turn", [1, 2])
def test_a_database_is_migrated_empty_and_nobody_elses(database: Database, turn: int) -> None:
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM setting WHERE name = 'turn'")).scalar() == 0
    with database.write() as connection:
        connection.execute(model.setting.insert().values(name="turn", value=turn, changed_at=clock.now()))


def test_the_engine_is_the_one_that_was_asked_for(engine_kind: str, database: Database) -> None:
    assert database.embedded == (engine_kind == "gpkg")


def test_a_blank_database_has_no_table_of_ours(blank_database_url: str) -> None:
    database = open_database(blank_database_url)
    try:
        assert "parcel" not in inspect(database.engine).get_table_names()
    finally:
        database.close()


def test_a_skip_fails_where_the_tool_was_promised(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests import conftest

    pytester.makeconftest(
        "import pytest\nfrom tests.conftest import pytest_runtest_makereport\n"
        "def pytest_configure(config):\n    config.addinivalue_line('markers', 'postgis: x')\n"
    )
    pytester.makepyfile(
        "import pytest\n"
        "@pytest.mark.postgis\ndef test_promised(): pytest.skip('absent')\n"
        "def test_free(): pytest.skip('absent')\n"
    )
    monkeypatch.setattr(conftest, "STRICT", True)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(failed=1, skipped=1)
    monkeypatch.setattr(conftest, "STRICT", False)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(skipped=2)

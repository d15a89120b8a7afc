"""Originals of imports: what a killed import left is gone with the next one, what others own stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from geoservice import clock
from geoservice.imports.originals import keeper
from geoservice.imports.store import open_store
from geoservice.registry.import_runs import receive
from tests.fixtures.services import Filled


def test_what_a_killed_import_left_is_gone_with_the_next_one(city: Filled, tmp_path: Path) -> None:
    service = replace(city.service, settings=replace(city.service.settings, imports_dir=tmp_path / "files"))
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("户主,张三\n", encoding="utf-8")
    store = open_store(service.settings)
    other = replace(store, owner="another database")
    with service.database.write() as connection:
        earlier = receive(connection, file_name="a.csv", by="li", at=clock.now(), asked={}, size=1)
        run = receive(connection, file_name="b.csv", by="li", at=clock.now(), asked={}, size=1)
    killed, foreign, uploaded = run + 1, run + 2, run + 3
    for owner, number in ((store, earlier), (store, killed), (other, foreign)):
        owner.copy(number, [ledger])
    (store.room(uploaded) / "source" / "received.csv").write_text("x", encoding="utf-8")
    left = store.room(run) / "source" / "of a killed import with this number.csv"
    left.write_text("户主,李四\n", encoding="utf-8")

    with service.work().begin("tester", "import") as unit:
        keeper(service, [ledger], received=False)(unit, cast(Any, SimpleNamespace(run=run)))

    assert store.sources(killed) == []
    assert [file.name for file in store.sources(run)] == ["ledger.csv"]
    for number in (earlier, foreign, uploaded):
        assert len(store.sources(number)) == 1

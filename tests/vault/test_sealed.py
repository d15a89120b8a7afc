"""Sealed records on both engines: kept with the change, read with a reason, logged, erased, never in the database."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select, text

from geoservice import clock
from geoservice.access.principals import Principal, Scope
from geoservice.cli.importing import Asked, check_against, intake_settings, publish
from geoservice.errors import InvalidInput, NotFound
from geoservice.model import audit, metadata
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry import sealed
from geoservice.registry.audit_check import check
from geoservice.registry.reads import reads
from geoservice.service import Service
from geoservice.vault import Vault
from tests.fixtures.services import Filled

OFFICER = Principal("lin", Role.EXPROPRIATION, (Scope(ScopeKind.CITY),))
NAME = {"field": "name", "heading": "户主姓名", "value": "张三丰"}
PHONE = {"field": "phone", "heading": "联系电话", "value": "13812345678"}


@pytest.fixture
def with_vault(city: Filled, vault: Vault) -> Iterator[Service]:
    yield replace(city.service, vault=vault)


def read(service: Service, vault: Vault, key: str, reason: str | None) -> list[dict[str, str]]:
    with service.work().begin(OFFICER.name, "read personal fields", reason) as unit:
        return sealed.read_personal(unit, vault, "demolition_unit", key, OFFICER, reason)


def keep(service: Service, vault: Vault, key: str, *entries: dict[str, str]) -> int:
    with service.work().begin("tester", "keep") as unit:
        return sealed.keep_personal(unit, vault, "demolition_unit", {key: entries})


def everything_in(service: Service) -> str:
    with service.database.read() as connection:
        return "".join(
            str(connection.execute(text(f'SELECT * FROM "{table.name}"')).all())
            for table in metadata.tables.values()
        )


def test_a_read_needs_a_reason_and_is_logged_by_whom_which_and_why(with_vault: Service, vault: Vault) -> None:
    assert keep(with_vault, vault, "HU00000001", NAME, PHONE) == 1
    for nothing in (None, "", "  ", "x"):
        with pytest.raises(InvalidInput, match="reason"):
            read(with_vault, vault, "HU00000001", nothing)
    assert read(with_vault, vault, "HU00000001", "核对签约") == [NAME, PHONE] or read(
        with_vault, vault, "HU00000001", "核对签约"
    ) == [PHONE, NAME]
    with with_vault.database.read() as connection:
        newest = reads(connection, subject="HU00000001")[0]
        assert (newest["actor"], newest["action"], newest["keys"], newest["reason"]) == (
            "lin",
            "personal",
            ["HU00000001"],
            "核对签约",
        )
        entry = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).one()
        assert (entry.actor, entry.reason) == ("lin", "核对签约")
        assert check(connection).broken is None


def test_the_database_holds_names_of_fields_and_hashes_alone(with_vault: Service, vault: Vault) -> None:
    keep(with_vault, vault, "HU00000001", NAME, PHONE)
    read(with_vault, vault, "HU00000001", "核对")
    text_of_all = everything_in(with_vault)
    assert "phone" in text_of_all
    assert "张三丰" not in text_of_all
    assert "13812345678" not in text_of_all


def test_a_field_said_again_replaces_and_what_was_replaced_can_be_swept(
    with_vault: Service, vault: Vault
) -> None:
    keep(with_vault, vault, "HU00000001", NAME, PHONE)
    assert keep(with_vault, vault, "HU00000001", NAME) == 0, "nothing new was said"
    other = PHONE | {"value": "13900000000"}
    assert keep(with_vault, vault, "HU00000001", other) == 1
    assert {e["value"] for e in read(with_vault, vault, "HU00000001", "核对")} == {"张三丰", "13900000000"}
    with with_vault.database.read() as connection:
        named = sealed.named_records(connection)
    assert len(vault.records()) == 2
    assert vault.sweep(named, clock.now() + timedelta(seconds=1)) == 1
    assert vault.records() == named


def test_a_change_that_fails_names_nothing(with_vault: Service, vault: Vault) -> None:
    with pytest.raises(ZeroDivisionError), with_vault.work().begin("tester", "keep") as unit:
        sealed.keep_personal(unit, vault, "demolition_unit", {"HU00000001": [NAME]})
        raise ZeroDivisionError
    with pytest.raises(NotFound):
        read(with_vault, vault, "HU00000001", "核对")
    with with_vault.database.read() as connection:
        assert sealed.named_records(connection) == set()


def test_what_is_erased_stays_erased_and_the_chain_whole(with_vault: Service, vault: Vault) -> None:
    keep(with_vault, vault, "HU00000001", NAME)
    keep(with_vault, vault, "HU00000001", PHONE)
    with with_vault.work().begin("tester", "erase", "本人申请") as unit:
        assert sealed.erase_personal(unit, vault, "demolition_unit", ["HU00000001"]) == 1
    assert vault.records() == set(), "the older version too"
    with pytest.raises(NotFound, match="erased"):
        read(with_vault, vault, "HU00000001", "核对")
    with with_vault.database.read() as connection:
        assert check(connection).broken is None


def test_originals_are_kept_read_and_erased(with_vault: Service, vault: Vault, tmp_path: Path) -> None:
    file = tmp_path / "户表.csv"
    file.write_bytes(b"a,b\n" * 1000)
    with with_vault.work().begin("tester", "import") as unit:
        kept = sealed.keep_original(unit, vault, 7, file)
    with with_vault.database.read() as connection:
        assert sealed.original_of(connection, 7) == {
            "file_name": "户表.csv",
            "sha256": kept.sha256,
            "size": 4000,
        }
    sink = io.BytesIO()
    with with_vault.work().begin("lin", "read original", "复核") as unit:
        sealed.read_original(unit, vault, 7, sink.write, OFFICER, "复核")
    assert sink.getvalue() == file.read_bytes()
    with with_vault.work().begin("tester", "erase") as unit:
        assert sealed.erase_original(unit, vault, [7, 8]) == 1
    with with_vault.database.read() as connection:
        assert sealed.original_of(connection, 7) is None


def household_file(folder: Path) -> Path:
    file = folder / "户表.csv"
    rows = pd.DataFrame(
        {
            "户编号": [f"HU-1-{n:02d}" for n in range(3)],
            "任务编号": "ZC-1",
            "类型": "户",
            "户主姓名": ["张三丰", "李四光", None],
            "联系电话": ["13812345678", "13912345678", None],
            "补偿款（万元）": ["123.4567", "88.8888", None],
            "签约日期": "2026-01-05",
        }
    )
    rows.to_csv(file, index=False)
    return file


def test_an_import_routes_personal_columns_into_the_vault(
    with_vault: Service, vault: Vault, tmp_path: Path
) -> None:
    checked = check_against(
        with_vault, household_file(tmp_path), Asked(noun="demolition_unit"), intake_settings(with_vault)
    )
    said = [(f.code, f.value) for f in checked.report.findings if f.code.startswith("personal")]
    assert said == [("personal_stored", h) for h in ("户主姓名", "联系电话", "补偿款（万元）")]
    result = publish(with_vault, checked, actor="operator", accept="all", valid_from=clock.today())
    assert result.personal == 2
    with with_vault.database.read() as connection:
        key = connection.scalar(text("SELECT key FROM demolition_unit WHERE unit_number = 'HU-1-00'"))
        fields = sealed.held_fields(connection, "demolition_unit", [key])
    assert fields == {key: ["amount", "name", "phone"]}
    assert {e["value"] for e in read(with_vault, vault, key, "核对")} == {"张三丰", "13812345678", "123.4567"}
    for secret in ("张三丰", "13912345678", "123.4567"):
        assert secret not in everything_in(with_vault)
        assert secret not in str(checked.report.to_json())
        assert secret not in repr(checked)


def test_without_a_vault_they_are_dropped_and_come_with_a_second_import_once_there_is_one(
    city: Filled, vault: Vault, tmp_path: Path
) -> None:
    file, asked = household_file(tmp_path), Asked(noun="demolition_unit")
    checked = check_against(city.service, file, asked, intake_settings(city.service))
    assert {f.code for f in checked.report.findings if f.code.startswith("personal")} == {"personal_column"}
    assert checked.personal == []
    assert publish(city.service, checked, actor="o", accept="all", valid_from=clock.today()).personal == 0
    later = replace(city.service, vault=vault)
    again = check_against(later, file, asked, intake_settings(later))
    result = publish(later, again, actor="o", accept="all", valid_from=clock.today())
    assert (result.repeated, result.personal) == (False, 2)
    once_more = publish(later, again, actor="o", accept="all", valid_from=clock.today())
    assert once_more.repeated

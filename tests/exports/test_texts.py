"""Texts on their way out: formulas guarded and freed, characters that do not fit named, long ones kept beside."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoservice.access.policy import View
from geoservice.exports.errors import ExportRefused
from geoservice.exports.fields import NOUN_OF, field_of
from geoservice.exports.formats import FORMATS
from geoservice.exports.ledger import Ledger, LedgerColumn, write_ledgers
from geoservice.exports.losses import EVERYWHERE, LOSSES
from geoservice.intake.recognise import recognise
from geoservice.model.spreadsheet import free, guard
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.moment import Moment
from geoservice.registry.put import put
from tests.exports.conftest import write_file
from tests.fixtures.city import ago, square
from tests.fixtures.services import Filled

ROOT = Path(__file__).resolve().parents[2]
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
starts = st.text("'=+-@＝＋－＠\t\r\n甲1", max_size=6)


@given(st.tuples(starts, st.text(max_size=8)).map("".join))
def test_guarding_is_safe_and_reversible(text: str) -> None:
    guarded = guard(text)
    assert free(guarded) == text
    assert not guarded.startswith(RUNS)


def named(city: Filled, **fields: object) -> None:
    row = {"parcel_number": "T-1", "geometry": square(0, 6), **fields}
    with city.service.work().begin("tester", "texts") as unit:
        put(unit, "parcel", pd.DataFrame([row]), valid_from=ago(1))


def test_a_character_outside_gbk_is_named_with_its_row(city: Filled, tmp_path: Path) -> None:
    named(city, name="𠮷家湾")
    for name in ("shapefile", "csv", "txt"):
        with pytest.raises(ExportRefused) as refused:
            write_file(city.service, tmp_path / f"a{name}", "parcels", name, encoding="gbk")
        assert "𠮷" in str(refused.value)
        assert "utf-8" in str(refused.value)
        (tmp_path / f"a{name}").unlink(missing_ok=True)
        assert (
            write_file(city.service, tmp_path / f"b{name}", "parcels", name, encoding="utf-8").done.rows == 31
        )


def test_a_long_text_is_cut_in_dbase_and_whole_beside_it(city: Filled, tmp_path: Path) -> None:
    for encoding, kept in (("utf-8", 84), ("gbk", 127)):
        named(city, note="甲" * 200)
        path = tmp_path / f"{encoding}.zip"
        file = write_file(
            city.service, path, "parcels", "shapefile", encoding=encoding, fields=["key", "note"]
        )
        assert [note.code for note in file.done.notes] == ["texts_cut"]
        with zipfile.ZipFile(path) as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("long_texts.csv").decode("utf-8-sig"))))
            dbf = archive.read("parcels.dbf").decode(encoding, "replace")
        assert [row["text"] for row in rows] == ["甲" * 200]
        assert "甲" * kept in dbf
        assert "甲" * (kept + 1) not in dbf


def test_no_cell_of_a_workbook_runs(city: Filled, tmp_path: Path) -> None:
    named(city, name="=cmd|' /C calc'!A0", address="@SUM(A1)", note="\u202e=1")
    path = tmp_path / "a.xlsx"
    write_file(city.service, path, "parcels", "xlsx")
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    found = next(cell for cell in cells if cell.value == "=cmd|' /C calc'!A0")
    assert (found.data_type, found.quotePrefix) == ("s", True)
    assert all(cell.data_type != "f" for cell in cells)


def test_a_ledger_has_groups_totals_and_real_dates(tmp_path: Path) -> None:
    columns = [
        LedgerColumn("编号"),
        LedgerColumn("签约", "day", group="计划"),
        LedgerColumn("开工", "day", group="计划"),
        LedgerColumn("面积（亩）", "number", total=True),
        LedgerColumn("完成率", "percent"),
    ]
    rows = [["007", ago(3), None, 1.25, 0.5], ["008", None, ago(2), 2.5, None]]
    ledgers = [Ledger("台账/一", columns, rows, ("来源：甲",), "项"), Ledger("台账/一", columns, [], ())]
    write_ledgers(tmp_path / "a.xlsx", ledgers)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert len(book.sheetnames) == 2
    sheet = book.worksheets[0]
    values = list(sheet.iter_rows(values_only=True))
    assert values[2][:4] == ("编号", "计划", None, "面积（亩）")
    assert values[3][:3] == (None, "签约", "开工")
    assert values[4][0] == "007"
    assert values[4][1].date() == ago(3)
    assert values[6] == ("合计 2 项", None, None, 3.75, None)
    assert sheet.freeze_panes == "A5"
    assert {"A1:E1", "B3:C3", "A3:A4"} <= {str(merged) for merged in sheet.merged_cells.ranges}
    assert sheet["A5"].number_format == "@"
    assert sheet["E5"].number_format == "0.0%"


def test_a_text_longer_than_a_cell_is_refused_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ExportRefused, match="no longer text"):
        write_ledgers(tmp_path / "a.xlsx", [Ledger("甲", [LedgerColumn("乙")], [["丙"], ["丙" * 32768]])])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_field_has_a_heading_and_a_short_name_that_intake_knows(collection: str) -> None:
    fields = COLLECTIONS[collection].relation(Moment.today(), View("all")).fields
    known = [field_of(COLLECTIONS[collection], name, column.type) for name, column in fields.items()]
    assert [one.name for one in known if one.heading == one.name] == [], "name them in exports/fields.toml"
    for names in ([one.title for one in known], [one.dbf for one in known]):
        assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    assert all(len(one.dbf) <= 10 and one.dbf.isascii() for one in known)
    if collection in ("availability", "layers"):
        return
    noun = NOUN_OF[collection]
    by_name = recognise(noun, [one.name for one in known])
    for spelling in ("title", "dbf"):
        shown = [one for one in known if one.ledger]
        found = recognise(noun, [getattr(one, spelling) for one in shown])
        for one in shown:
            field = (
                one.name.removesuffix("_name")
                if one.name.endswith("_name") and one.name != "use_name"
                else one.name
            )
            if field in by_name and one.name not in ("area_m2",):
                assert found[field].column == getattr(one, spelling), (one.name, spelling)


def test_the_reference_publishes_every_loss() -> None:
    page = (ROOT / "docs" / "reference" / "formats.md").read_text("utf-8")
    rows = {
        line.split("|")[1].strip().strip("`"): line
        for line in page.splitlines()
        if line.startswith("| `") and "--format" not in line
    }
    assert set(rows) == set(FORMATS) == set(LOSSES)
    for name, writer in FORMATS.items():
        assert f"| {writer.title} | `{writer.suffix}` | {writer.home or '3° zone'} |" in rows[name]
        assert all(loss.text in rows[name] for loss in LOSSES[name])
    assert all(text in page for text in EVERYWHERE)

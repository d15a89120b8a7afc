"""Damaged files: whatever bytes arrive, the answer is a report and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoservice.intake.check import check_file
from geoservice.intake.html import render_html
from tests.intake.conftest import Corpus
from tests.intake.test_excel import OLD_WORKBOOK, ledger

LEDGER = '项目编号,项目名称,总投资（万元）,开工时间\nP1,"甲",12,2026-03-01\nP2,乙,13,2026年3月\n'


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return sound files by name."""
    corpus = Corpus(tmp_path_factory.mktemp("sound"))
    box = shapely.geometry.mapping(shapely.box(119, 33, 119.1, 33.1))
    feature = {"type": "Feature", "properties": {"DKBH": "1"}, "geometry": box}
    return {
        "a.csv": LEDGER.encode("gbk"),
        "a.xlsx": corpus.workbook("a.xlsx", ledger).read_bytes(),
        "a.xls": OLD_WORKBOOK.read_bytes(),
        "a.geojson": json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(),
    }


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xls", "a.geojson"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_ends_in_a_report(
    name: str, originals: dict[str, bytes], tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(originals[name])
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=8)
    ):
        content[at] = byte
    path = tmp_path / name
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    checked = check_file(path, noun="parcel" if name == "a.geojson" else "project")
    assert render_html(checked.report)
    assert json.dumps(checked.report.to_json())
    assert all(f.message and f.remedy for f in checked.report.findings if f.severity == "error")

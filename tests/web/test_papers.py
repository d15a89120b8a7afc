"""Sheets and books over HTTP: the reader's own view, strict parameters, names a file can have."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from geoservice.model.vocabulary import Role
from tests.fixtures.services import Filled
from tests.web.conftest import As

SHEETS = (
    "/maps/projects/sheet?size=A1",
    "/maps/demolition/sheet",
    "/maps/availability/sheet",
    "/maps/books/parks",
    "/maps/books/projects",
)


def _words(answer: Any, folder: Path) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    file = folder / "sheet.pdf"
    file.write_bytes(answer.content)
    return subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout


def test_a_sheet_counts_what_its_reader_sees(as_role: As, standing: Filled, tmp_path: Path) -> None:
    for role in (Role.PUBLIC, Role.LEADER):
        reader = as_role(role.value)
        words = _words(reader.get("/maps/projects/sheet"), tmp_path)
        count = sum(f["properties"]["stage_group"] == "producing" for f in reader.features("/v1/projects"))
        line = next(line for line in words.splitlines() if "投产" in line)
        assert line.split()[-1] == str(count), role


def test_the_public_prints_no_secret(as_role: As, tmp_path: Path) -> None:
    reader = as_role("public")
    everything = "".join(
        _words(reader.get(path), tmp_path)
        for path in (
            "/maps/projects/sheet?size=A1",
            "/maps/demolition/sheet",
            "/maps/availability/sheet",
            "/maps/books/parks",
            "/maps/books/projects",
        )
    )
    secrets = [
        "签约秘密项目",
        "储备未来项目",
        "停建酒店",
        "张副市长",
        "剩余三户",
        "西片征拆",
        "内部备注",
        "营区",
    ]
    assert [secret for secret in secrets if secret in everything] == []
    leader = _words(as_role("leader").get("/maps/books/projects"), tmp_path)
    assert "张副市长" in leader
    assert "剩余三户" in leader


def test_parameters_are_strict_and_names_travel(as_role: As) -> None:
    reader = as_role("leader")
    for path in ("?size=A9", "?f=doc", "?x=1", "?width=10", "?datetime=soon"):
        assert reader.get(f"/maps/projects/sheet{path}").status_code == 400, path
    assert reader.get("/maps/nothing/sheet").status_code == 404
    assert reader.get("/maps/books/wolves").status_code == 400
    answer = reader.get("/maps/projects/sheet", params={"f": "png", "width": 640, "height": 360})
    assert answer.headers["content-type"] == "image/png"
    assert "filename*=UTF-8''%E9%A1%B9%E7%9B%AE" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"].startswith("private")

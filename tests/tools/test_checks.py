"""The runner of all checks fails when one fails, and says which."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import checks


def test_the_summary_names_what_failed() -> None:
    text = checks.summary([checks.Outcome("style", 0, 1.25), checks.Outcome("types", 1, 2.0)])
    assert "ok    style" in text
    assert "FAIL  types" in text
    assert text.endswith("failed: types")


def test_a_missing_program_is_a_failure() -> None:
    assert checks.run(checks.Check("absent", ("no-such-program-here",))).code == 127


def test_one_failure_fails_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    good = checks.Check("good", (sys.executable, "-c", ""))
    bad = checks.Check("bad", (sys.executable, "-c", "raise SystemExit(3)"))
    monkeypatch.setattr(checks, "house_checks", lambda: [bad, good])
    assert checks.main(["check"]) == 1
    monkeypatch.setattr(checks, "house_checks", lambda: [good])
    assert checks.main(["check"]) == 0


def test_checks_run_strictly(capfd: pytest.CaptureFixture[str]) -> None:
    show = "import os; print(os.environ['GEOSERVICE_TEST_STRICT'])"
    checks.run(checks.Check("show", (sys.executable, "-c", show)))
    assert "\n1\n" in capfd.readouterr().out


def test_pytest_runs_last_so_that_its_closing_line_is_seen() -> None:
    assert checks.full_checks([])[-1].name == "pytest"


def test_scripts_that_test_are_found_whatever_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = tmp_path / "tests" / "js"
    (scripts / "deep").mkdir(parents=True)
    for name in ("a.test.js", "b.mjs", "deep/c.js"):
        (scripts / name).write_text('import test from "node:test";')
    (scripts / "helper.js").write_text("export const x = 1;")
    (tmp_path / "geoservice").mkdir()
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    node = next(check for check in checks.house_checks() if check.command[0] == "node")
    assert node.command[2:] == ("tests/js/a.test.js", "tests/js/b.mjs", "tests/js/deep/c.js")

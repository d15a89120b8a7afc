"""The first tutorial does what it says: its commands are run as they stand, on the files it names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.locked import inside

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "tutorial" / "first-map.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "examples" / "first-map"
SERVING = ("geoservice run",)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def commands() -> list[str]:
    """List the tutorial's commands but for those that prepare the shell or serve for ever."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [
        line for line in lines if line.startswith(("geoservice ", "printf ")) and not line.startswith(SERVING)
    ]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow the tutorial in a copy of its files and return the folder."""
    folder = tmp_path_factory.mktemp("tutorial") / "first-map"
    shutil.copytree(EXAMPLE, folder)
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    program = bin_folder / "geoservice"
    call = "from geoservice.cli import main; main()"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{call}' \"$@\"\n", encoding="utf-8")
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GEOSERVICE_DATABASE_URL": f"gpkg:///{folder}/tutorial.gpkg",
    }
    for number, line in enumerate(commands()):
        done = subprocess.run(
            line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        (folder / f"{number}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return folder


def test_the_mapping_shown_is_the_mapping_used() -> None:
    import tomllib

    assert [tomllib.loads(block) for block in blocks("toml")] == [
        tomllib.loads((EXAMPLE / "parcels.toml").read_text(encoding="utf-8"))
    ]


def test_the_first_check_finds_what_the_page_says(finished: Path) -> None:
    report = (finished / "0.txt").read_text(encoding="utf-8")
    assert report.count("存量") >= 2
    for recognised in ("DKBH", "GB", "40"):
        assert recognised in report


def test_lots_and_projects_are_held(finished: Path) -> None:
    from geoservice.db import open_database
    from geoservice.model import parcel, project, stage_event

    database = open_database(str(finished / "tutorial.gpkg"))
    with database.read() as connection:
        numbers = connection.execute(parcel.select()).mappings().all()
        assert sorted(row["parcel_number"] for row in numbers) == [f"2026-G-{n:02d}" for n in range(1, 13)]
        assert {row["parcel_number"] for row in numbers if row["state"] == "built"} == {
            *("2026-G-01", "2026-G-09", "2026-G-10")
        }
        projects = connection.execute(project.select()).mappings().all()
        assert {row["project_number"]: row["investment_total_fen"] for row in projects}[
            "GX-01"
        ] == 86_000_000_000
        assert len(projects) == 5
        assert len(connection.execute(stage_event.select()).all()) >= 15
    database.close()


def test_the_verdicts_are_those_the_page_names(finished: Path) -> None:
    from sqlalchemy import select

    from geoservice.clock import today
    from geoservice.db import open_database
    from geoservice.model import parcel, verdict

    database = open_database(str(finished / "tutorial.gpkg"))
    in_force = (
        verdict.c.superseded_at.is_(None) & (verdict.c.valid_from <= today()) & (verdict.c.valid_to > today())
    )
    query = select(parcel.c.parcel_number, verdict.c.status).join(verdict, verdict.c.parcel == parcel.c.key)
    with database.read() as connection:
        found = dict(map(tuple, connection.execute(query.where(in_force))))
    database.close()
    assert len(found) == 12
    named = {number: found[f"2026-G-{number}"] for number in ("03", "04", "05")}
    assert named == {"03": "unavailable", "04": "available", "05": "conditional"}


def test_the_maps_hold_what_the_page_promises(finished: Path) -> None:
    locked = (finished / "city.html").read_text(encoding="utf-8")
    assert "精密轴承产业园" not in locked
    assert "精密轴承产业园" in inside(locked, "open my first map")
    assert (finished / "land.html").stat().st_size > 100_000


def test_the_files_are_those_the_script_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools import first_map_example

    monkeypatch.setattr(first_map_example, "TARGET", tmp_path)
    first_map_example.main()
    for suffix in ("shp", "shx"):
        assert (tmp_path / f"parcels.{suffix}").read_bytes() == (EXAMPLE / f"parcels.{suffix}").read_bytes()
    # The dBase header carries the day of writing in bytes 1 to 3.
    assert (tmp_path / "parcels.dbf").read_bytes()[4:] == (EXAMPLE / "parcels.dbf").read_bytes()[4:]
    assert not (tmp_path / "parcels.cpg").exists()

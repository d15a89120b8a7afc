"""What ``pip install .`` brings along: code, front-end files, the demo city, the maps and the command."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("geoservice-*.whl"))


def test_it_carries_what_the_tree_holds(wheel: Path, repository: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    maps = {f"geoservice/_data/maps/{path.name}" for path in (repository / "maps").glob("*.toml")}
    city = {
        f"geoservice/_data/parcels/{path.relative_to(repository / 'data/parcels').as_posix()}"
        for path in (repository / "data" / "parcels").rglob("*")
        if path.is_file()
    }
    assert maps
    assert city
    assert maps | city <= names
    assert "geoservice/cartography/vendor/leaflet/leaflet.js" in names
    assert any(name.startswith("geoservice/cartography/assets/") for name in names)
    assert any(name.endswith(".toml") and name.startswith("geoservice/access/") for name in names)


def test_it_carries_no_test_and_no_cache(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if "__pycache__" in name or not name.startswith("geoservice")] == []


def test_the_command_works_away_from_the_tree(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    call = (
        "import geoservice, pathlib;"
        f"assert pathlib.Path(geoservice.__file__).is_relative_to({str(tmp_path)!r});"
        "from geoservice.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", call, "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "import" in done.stdout

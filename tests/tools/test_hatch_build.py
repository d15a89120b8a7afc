"""The wheel carries the front-end files, the demo city and the named maps, or says what is missing."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def hook(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", repository / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_data_and_maps_find_their_place(hook: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "data/parcels/地块").mkdir(parents=True)
    (tmp_path / "data/parcels/地块/地块.shp").touch()
    (tmp_path / "maps/out").mkdir(parents=True)
    (tmp_path / "maps/projects.toml").touch()
    (tmp_path / "maps/out/projects.html").touch()
    assert sorted(hook.carried_files(tmp_path).values()) == [
        "geoservice/_data/maps/projects.toml",
        "geoservice/_data/parcels/地块/地块.shp",
    ]


def test_present_front_end_files_are_left_alone(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / hook.VENDOR / "leaflet" / "leaflet.js"
    script.parent.mkdir(parents=True)
    script.write_text("// kept")
    monkeypatch.setattr(hook.subprocess, "run", lambda *_, **__: pytest.fail("npm was called"))
    hook.vendor_front_end(tmp_path)
    assert script.read_text() == "// kept"


def test_without_npm_the_remedy_is_named(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"Install Node\.js with npm"):
        hook.vendor_front_end(tmp_path)

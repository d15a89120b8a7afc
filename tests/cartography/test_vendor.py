"""Vendoring copies what is pinned, twice with the same result, and refuses another version."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tool() -> ModuleType:
    """Return the vendoring script as a module."""
    spec = importlib.util.spec_from_file_location("vendor_assets", ROOT / "tools" / "vendor_assets.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install(modules: Path, tool: ModuleType, version: str) -> dict[str, str]:
    """Lay out the packages as npm would, all of one version, and return what is pinned then."""
    for package, names in tool.FILES.items():
        for name in names:
            file = modules / package / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(name, encoding="utf-8")
        (modules / package / "package.json").write_text(json.dumps({"version": version}), encoding="utf-8")
    return dict.fromkeys(tool.FILES, version)


def test_it_is_idempotent(tool: ModuleType, tmp_path: Path) -> None:
    pinned = install(tmp_path / "modules", tool, "1.9.4")

    def vendored() -> dict[str, bytes]:
        tool.vendor(tmp_path / "modules", tmp_path / "out", pinned)
        out = tmp_path / "out"
        return {str(f.relative_to(out)): f.read_bytes() for f in out.rglob("*") if f.is_file()}

    first = vendored()
    assert {"leaflet/leaflet.js", "leaflet/images/layers.png", "fflate/umd/index.js", "versions.json"} <= set(
        first
    )
    assert vendored() == first


def test_another_version_or_none_is_refused(tool: ModuleType, tmp_path: Path) -> None:
    pinned = dict.fromkeys(tool.FILES, "1.9.4")
    with pytest.raises(SystemExit, match="not installed"):
        tool.vendor(tmp_path, tmp_path / "out", pinned)
    install(tmp_path, tool, "1.8.0")
    with pytest.raises(SystemExit, match=r"1\.8\.0.*1\.9\.4"):
        tool.vendor(tmp_path, tmp_path / "out", pinned)


def test_the_lock_names_no_registry_and_pins_exactly() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for name, version in pinned.items():
        entry = lock["packages"][f"node_modules/{name}"]
        assert entry["version"] == version
        assert entry["integrity"].startswith("sha512-")
    assert "resolved" not in json.dumps(lock)

"""Copy the pinned front-end libraries from ``node_modules`` to where the pages find them.

Run after ``npm ci``: ``python tools/vendor_assets.py``. Running it again changes nothing.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
MODULES: Final = ROOT / "node_modules"
TARGET: Final = ROOT / "geoservice" / "cartography" / "vendor"

FILES: Final = {
    "fflate": (
        "LICENSE",
        "umd/index.js",
    ),
    "leaflet": (
        "LICENSE",
        "dist/leaflet.js",
        "dist/leaflet.css",
        "dist/images/layers.png",
        "dist/images/layers-2x.png",
        "dist/images/marker-icon.png",
    ),
}
"""Per package, the files a page may ask for; what is not listed is not shipped."""


def vendor(modules: Path, target: Path, wanted: dict[str, str]) -> list[str]:
    """Copy every listed file and record the versions in ``versions.json``.

    Parameters
    ----------
    modules : Path
        The ``node_modules`` directory.
    target : Path
        Where the files go, one directory per package; made when absent.
    wanted : dict of str to str
        The pinned version per package, from ``package.json``.

    Returns
    -------
    list of str
        ``name version`` of every package.

    Raises
    ------
    SystemExit
        When a package is missing or another version than the pinned one.
    """
    versions: dict[str, str] = {}
    for package, files in FILES.items():
        versions[package] = _installed(modules / package, wanted[package])
        for name in files:
            copy = target / package / name.removeprefix("dist/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / package / name, copy)
    (target / "versions.json").write_text(json.dumps(versions, indent=2) + "\n", encoding="utf-8")
    return [f"{package} {version}" for package, version in versions.items()]


def _installed(package: Path, pinned: str) -> str:
    manifest = package / "package.json"
    if not manifest.is_file():
        sys.exit(f"{package.name} is not installed in {package.parent}. Run: npm ci")
    version = str(json.loads(manifest.read_text(encoding="utf-8"))["version"])
    if version != pinned:
        sys.exit(f"{package.name} is {version}, package.json pins {pinned}. Run: npm ci")
    return version


def main() -> None:
    """Vendor what ``package.json`` pins and say what was copied."""
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    sys.stdout.write(f"vendored {', '.join(vendor(MODULES, TARGET, wanted))}\n")


if __name__ == "__main__":
    main()

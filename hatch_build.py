"""Put into the wheel what lives outside the package: front-end files, the demo city and the named maps."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("geoservice/cartography/vendor")
CARRIED = {"data/parcels": "geoservice/_data/parcels"}
"""Folder of the source tree → folder of the wheel."""


class CarryOutsideFiles(BuildHookInterface[Any]):
    """Fetch the front-end files where they are absent and add the data folders to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Prepare one build; an editable one reads the source tree and needs nothing.

        Parameters
        ----------
        version : str
            ``"standard"`` or ``"editable"``.
        build_data : dict
            hatchling's build data; ``force_include`` is extended.

        Raises
        ------
        SystemExit
            When the front-end files are absent and cannot be fetched.
        """
        if version == "editable":
            return
        root = Path(self.root)
        vendor_front_end(root)
        if self.target_name == "wheel":
            build_data["force_include"].update(carried_files(root))


def carried_files(root: Path) -> dict[str, str]:
    """Map every carried file of the source tree to its place in the wheel."""
    files = {str(path): f"geoservice/_data/maps/{path.name}" for path in sorted(root.glob("maps/*.toml"))}
    for source, target in CARRIED.items():
        for path in sorted((root / source).rglob("*")):
            if path.is_file():
                files[str(path)] = f"{target}/{path.relative_to(root / source).as_posix()}"
    return files


def vendor_front_end(root: Path) -> None:
    """Fetch and copy the pinned front-end libraries unless they are already there."""
    if any(path.suffix == ".js" for path in (root / VENDOR).rglob("*")):
        return
    if shutil.which("npm") is None:
        sys.exit(
            f"The front-end libraries are not in {VENDOR}, and npm, which would fetch them, is missing. "
            "Install Node.js with npm (Debian: apt-get install nodejs npm), or build from a checkout "
            "where `make run` has been run once."
        )
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root, check=True)
    subprocess.run([sys.executable, "tools/vendor_assets.py"], cwd=root, check=True)

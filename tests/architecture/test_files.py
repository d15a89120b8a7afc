"""Rules about the repository's text: small files, no trace of a machine, nothing loaded from elsewhere."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
TEXT = {
    *{".py", ".js", ".mjs", ".css", ".html", ".jinja", ".j2", ".svg", ".sql", ".sh", ".md", ".txt", ".in"},
    *{".toml", ".yml", ".yaml", ".json", ".cfg", ".ini", ".geojson", ".csv", ""},
}
ASSETS = {".js", ".mjs", ".css", ".html", ".jinja", ".j2", ".svg"}
# Written in pieces, so that this file does not hold what it forbids.
MACHINE_PATHS = ["/" + "work/", "/" + "tmp/w/", "/" + "root/", "/" + "home/"]
REGISTRIES = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "debian" + ".org"]
NAMESPACE = re.compile(r"https?://www\.w3\.org/\S*")


@cache
def tracked() -> list[Path]:
    """List the files git tracks, and those it would track next."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


@cache
def texts() -> list[tuple[str, str]]:
    """Read the tracked text files: name relative to the root, and content."""
    found = []
    for path in tracked():
        if path.suffix in TEXT:
            try:
                found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue  # a GBK ledger among the samples
    return found


def holding(needles: list[str]) -> list[str]:
    """Return ``file:line: needle`` for every place that holds one of `needles`."""
    return [
        f"{name}:{number}: {needle}"
        for name, text in texts()
        for needle in needles
        if needle in text
        for number, line in enumerate(text.splitlines(), start=1)
        if needle in line
    ]


def test_git_tracks_the_package() -> None:
    assert any(name == "geoservice/__init__.py" for name, _ in texts())


def test_no_file_needs_a_table_of_contents() -> None:
    lines = {
        name: text.count("\n")
        for name, text in texts()
        if name.startswith("geoservice/") and name.endswith((".py", ".js")) and "/migrations/" not in name
    }
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_no_path_of_somebodys_machine() -> None:
    assert holding(MACHINE_PATHS) == []


def test_no_name_of_a_package_registry() -> None:
    assert holding(REGISTRIES) == []


def test_the_front_end_lock_names_no_address() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_the_python_locks_hold_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        pinned = re.findall(r"^[a-z0-9][^\s;]*==", text, re.MULTILINE)
        # Every pinned release is followed by at least one hash.
        assert (
            len(pinned) == len(re.findall(r"\\\n    --hash=sha256:(?:.*\\\n    --hash=sha256:)*", text)) > 20
        )


def test_assets_load_nothing_from_elsewhere() -> None:
    addresses = [
        f"{name}: {address}"
        for name, text in texts()
        if name.startswith("geoservice/") and Path(name).suffix in ASSETS
        for address in re.findall(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+\S*", NAMESPACE.sub("", text))
    ]
    assert addresses == []


@pytest.mark.parametrize("script", sorted((ROOT / "tools").glob("*.sh")), ids=lambda path: path.name)
def test_shell_scripts_stop_at_the_first_failure(script: Path) -> None:
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o111

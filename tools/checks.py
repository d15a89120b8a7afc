#!/usr/bin/env python3
"""Run every check of the house in order, show each one's output, and close with one summary.

``python tools/checks.py check`` runs what needs no database; ``test`` runs everything. Further arguments go
to pytest. The exit code is 0 only if every check passed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WORKERS = "2"


@dataclass(frozen=True)
class Check:
    """One command and the name it has in the summary."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of a check."""

    name: str
    code: int
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Run the checks of ``check`` or ``test`` and return the exit code of the whole."""
    if not arguments or arguments[0] not in {"check", "test"}:
        print(__doc__, file=sys.stderr)
        return 2
    checks = house_checks()
    if arguments[0] == "test":
        checks += full_checks(arguments[1:])
    outcomes = [run(check) for check in checks]
    print(summary(outcomes), flush=True)
    return 1 if any(outcome.code for outcome in outcomes) else 0


def house_checks() -> list[Check]:
    """List what looks at the text of the repository alone."""
    checks = [
        Check("ruff check", _tool("ruff", "check", ".")),
        Check("ruff format", _tool("ruff", "format", "--check", ".")),
        Check("numpydoc", _tool("numpydoc", "lint", *_sources())),
        Check("mypy --strict", _tool("mypy", "--strict", "geoservice", "tools")),
        Check("import contracts", _tool("lint-imports", "--no-logo")),
    ]
    if scripts := _script_tests():
        checks.append(Check("node --test", ("node", "--test", *scripts)))
    return checks


def full_checks(pytest_arguments: Sequence[str]) -> list[Check]:
    """List what runs the product: the documentation's build and the tests on both engines."""
    pytest = _tool("pytest", "-n", WORKERS, "--dist", "worksteal", *pytest_arguments)
    return [
        Check("mkdocs", _tool("mkdocs", "build", "--strict", "--quiet")),
        # Last, so that its closing line stands just above the summary.
        Check("pytest", (sys.executable, "tools/postgis_cluster.py", "--", *pytest)),
    ]


def run(check: Check) -> Outcome:
    """Run one check in the repository's root with its output shown as it comes."""
    print(f"\n── {check.name}", flush=True)
    # A missing engine or browser is then a failure, not a skip (tests/conftest.py).
    environment = {"GEOSERVICE_TEST_STRICT": "1", "NO_MKDOCS_2_WARNING": "1", **os.environ}
    start = time.monotonic()
    try:
        code = subprocess.run(check.command, cwd=ROOT, env=environment, check=False).returncode
    except FileNotFoundError as error:
        print(f"{error.filename} is missing", flush=True)
        code = 127
    return Outcome(check.name, code, time.monotonic() - start)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Lay the outcomes out as the table that closes a run."""
    lines = [
        f"  {'ok  ' if outcome.code == 0 else 'FAIL'}  {outcome.name:<20} {outcome.seconds:7.1f} s"
        for outcome in outcomes
    ]
    failed = [outcome.name for outcome in outcomes if outcome.code]
    lines.append("  all checks passed" if not failed else f"  failed: {', '.join(failed)}")
    return "\n── summary\n" + "\n".join(lines)


def _script_tests() -> list[str]:
    """List the JavaScript tests by what they import; newer versions of node take no folders."""
    scripts = sorted((ROOT / "tests" / "js").rglob("*.*js"))
    tests = [path for path in scripts if "node:test" in path.read_text(encoding="utf-8")]
    return [str(path.relative_to(ROOT)) for path in tests]


def _sources() -> list[str]:
    """List our own Python files by path; numpydoc takes no folders."""
    folders = [ROOT / "geoservice", ROOT / "tools"]
    return [str(path.relative_to(ROOT)) for folder in folders for path in sorted(folder.rglob("*.py"))]


def _tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

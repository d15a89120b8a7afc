"""What the package imports is what it declares, and the other way round."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Loaded by name, not by an import statement of ours.
LOADED_BY_NAME = {
    "tzdata": "zoneinfo reads it where the system has no time zones",
    "python-multipart": "FastAPI parses forms with it",
    "psycopg": "SQLAlchemy loads the driver from the URL",
    "uvicorn": "may be started by its name",
    "httptools": "uvicorn parses HTTP with it",
    "uvloop": "uvicorn runs on it",
}


def project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    requirements = project()["dependencies"]
    assert isinstance(requirements, list)
    return {normal(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in requirements}


def imported() -> dict[str, set[str]]:
    """Map every foreign top-level module to the files that import it."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "geoservice").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for name in names:
                found.setdefault(name.split(".")[0], set()).add(path.relative_to(ROOT).as_posix())
    return {name: files for name, files in found.items() if name not in sys.stdlib_module_names}


def test_every_import_is_declared() -> None:
    providers = importlib.metadata.packages_distributions()
    allowed = declared() | {"geoservice"}
    undeclared = {
        module: sorted(files)
        for module, files in imported().items()
        if module != "geoservice" and not allowed & {normal(name) for name in providers.get(module, [module])}
    }
    assert undeclared == {}


def test_every_declaration_is_used() -> None:
    providers = importlib.metadata.packages_distributions()
    used = {normal(name) for module in imported() for name in providers.get(module, [module])}
    assert declared() - used - set(LOADED_BY_NAME) == set()


def test_every_dependency_has_a_lower_bound() -> None:
    requirements = project()["dependencies"]
    assert isinstance(requirements, list)
    assert [requirement for requirement in requirements if ">=" not in requirement] == []

"""The README names the two commands, and nothing it or the documentation names is absent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.docs_hooks import command_helps

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST_SCREEN = 40
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def prose_commands(text: str) -> Iterator[str]:
    """Yield every ``geoservice …`` written as code: in backticks, or on a line of a code block."""
    for block in re.findall(r"```(?:sh|console|bash)\n(.*?)```", text, re.DOTALL):
        yield from (line.strip().removeprefix("$ ") for line in block.splitlines())
    yield from re.findall(r"`(geoservice [^`]+)`", text)


def test_the_first_screen_shows_the_two_commands_and_one_picture() -> None:
    screen = "\n".join(README.splitlines()[:FIRST_SCREEN])
    assert "make run" in screen
    assert "make test" in screen
    assert len(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", screen)) == 1


def test_every_make_target_that_is_named_exists() -> None:
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text("utf-8"), re.M)
    }
    assert {"run", "test"} <= named
    assert named <= targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_is_linked_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith(("http:", "https:", "NNNN"))]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_command_is_documented_by_help_with_an_example() -> None:
    helps = dict(command_helps())
    assert {"geoservice run", "geoservice check", "geoservice import", "geoservice map"} <= set(helps)
    # The example is a line of the help that can be copied: the full name of the command and more.
    lacking = [name for name, text in helps.items() if text.count(name) < 2]
    assert lacking == []


def test_every_command_and_option_that_is_named_exists() -> None:
    helps = dict(command_helps())
    lines = [(page.name, line) for page in PAGES for line in prose_commands(page.read_text("utf-8"))]
    assert any(line.startswith("geoservice check ") for _, line in lines)
    assert [(page, line) for page, line in lines if unknown_in(line, helps)] == []


def unknown_in(line: str, helps: dict[str, str]) -> list[str]:
    """Return the command or the options of `line` that the program does not have."""
    words = re.sub(r"\s#.*", "", line).split()
    if words[:1] != ["geoservice"] or words[1:2] == ["…"]:
        return []
    named = [name for name in helps if f"{' '.join(words)} ".startswith(f"{name} ")]
    if not named:
        is_group = len(words) == 2 and any(name.startswith(f"{' '.join(words)} ") for name in helps)
        return [] if is_group else words[:2]
    options = re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", " ".join(words))
    return [option for option in options if not re.search(rf"(?<!\S){option}\b", helps[max(named, key=len)])]


def test_unknown_commands_and_options_are_noticed() -> None:
    helps = {"geoservice check": "--noun NAME  the kind\n -o, --output FILE", "geoservice user add": ""}
    assert unknown_in("geoservice check a.shp --noun parcel -o b  # --why", helps) == []
    assert unknown_in("geoservice user", helps) == []
    assert unknown_in("geoservice chek a.shp", helps) == ["geoservice", "chek"]
    assert unknown_in("geoservice check --nouns parcel", helps) == ["--nouns"]

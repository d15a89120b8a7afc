"""Every room has its page, every decision and page its place in the navigation."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAVIGATION = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
DOCS = ROOT / "docs"


def test_every_room_has_a_reference_page() -> None:
    rooms = {path.parent.name for path in (ROOT / "geoservice").glob("*/__init__.py")} - {"_data"}
    pages = {path.stem for path in (DOCS / "reference" / "rooms").glob("*.md")}
    assert rooms == pages


def test_every_room_stands_in_the_architecture() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "geoservice").glob("*/__init__.py")}
    assert {room for room in rooms if f"`{room}`" not in text} == set()


def test_every_page_is_in_the_navigation() -> None:
    hidden = {"decisions/template.md"}
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if "examples" not in path.parts}
    assert {page for page in pages - hidden if page not in NAVIGATION} == set()


def test_decisions_are_numbered_and_listed() -> None:
    index = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    decisions = sorted(path.name for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert [name[:4] for name in decisions] == [f"{n:04d}" for n in range(1, len(decisions) + 1)]
    assert [name for name in decisions if name not in index] == []

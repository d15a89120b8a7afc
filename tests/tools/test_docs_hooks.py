"""The site fetches nothing from elsewhere, and the generated pages say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import docs_hooks

FETCHING = [
    '<script src="https://cdn.example/a.js"></script>',
    "<script async src=//cdn.example/a.js></script>",
    '<link rel="stylesheet" href="https://cdn.example/a.css">',
    '<link href="https://fonts.example" rel="preconnect">',
    '<img alt="x" src="http://img.example/a.png">',
    "@import url('https://fonts.example/a.css');",
    "a { background: url(https://img.example/a.png) }",
]
STAYING = [
    '<a href="https://example.org">a link a person follows</a>',
    '<link rel="canonical" href="https://example.org/">',
    '<script src="../assets/a.js"></script>',
    '<img src="data:image/png;base64,AAAA">',
    "a { background: url(data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>) }",
]


@pytest.mark.parametrize("text", FETCHING)
def test_what_a_browser_fetches_from_elsewhere_is_found(text: str) -> None:
    assert list(docs_hooks.fetched_from_elsewhere(text))


@pytest.mark.parametrize("text", STAYING)
def test_links_and_own_files_are_no_fault(text: str) -> None:
    assert list(docs_hooks.fetched_from_elsewhere(text)) == []


def test_a_site_that_fetches_fails_its_build(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(FETCHING[0], encoding="utf-8")
    with pytest.raises(
        docs_hooks.FetchesFromElsewhere, match=r"index\.html fetches https://cdn\.example/a\.js"
    ):
        docs_hooks.on_post_build({"site_dir": str(tmp_path)})


def test_the_vocabulary_page_lists_every_code() -> None:
    from geoservice.model.vocabulary import vocabularies

    page = docs_hooks.on_page_markdown("<!-- vocabulary -->")
    for name, vocabulary in vocabularies():
        assert f"## {name}\n" in page
        for member in vocabulary:
            assert f"| `{member.value}` | {member.zh} | {member.en} |" in page


def test_the_commands_page_explains_every_command() -> None:
    page = docs_hooks.on_page_markdown("<!-- commands -->")
    for name in ("check", "import", "map", "run"):
        assert f"## geoservice {name}\n" in page
    assert page.count("Usage: geoservice ") == page.count("## geoservice ")

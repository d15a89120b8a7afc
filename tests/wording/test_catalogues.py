"""The words of the screens: both languages whole, one home for them, nothing written past it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from geoservice.wording import LANGUAGES, LOCALE, BrokenCatalogue, domains, read_catalogue, words
from tools.words import SCRIPT, script

ROOT = Path(__file__).resolve().parents[2]
HAN = re.compile(r"[\u4e00-\u9fff]")
SCRIPTS = ROOT / "geoservice/cartography/assets"
WEB = ROOT / "geoservice/web"
TEMPLATES = {file.name: file for file in sorted((WEB / "templates").rglob("*.html"))}
FIELDS = re.compile(r"\{\w+\}")
CLASSES_OF_ROADS = {"roads.js"}
"""Words of data, not of screens: by which names offices call classes of roads."""


@pytest.mark.parametrize("domain", domains())
def test_every_message_has_a_text_in_every_language(domain: str) -> None:
    chinese, english = (words(domain, language).messages for language in LANGUAGES)
    assert list(chinese) == list(english)
    for key, text in chinese.items():
        assert text
        assert english[key]
        assert sorted(FIELDS.findall(text)) == sorted(FIELDS.findall(english[key])), key
    named_in_its_own_language = {"otherLanguage", "otherLanguageTitle", "other_language"}
    assert [
        key for key, text in english.items() if HAN.search(text) and key not in named_in_its_own_language
    ] == []


@pytest.mark.parametrize(
    "file", sorted(LOCALE.rglob("*.po")), ids=lambda file: f"{file.parts[-3]}-{file.stem}"
)
def test_gettext_tools_read_the_catalogues_as_we_do(file: Path) -> None:
    with file.open("rb") as stream:
        catalogue = read_po(stream)
    assert {entry.id: entry.string for entry in catalogue if entry.id} == read_catalogue(file)
    assert catalogue.locale_identifier == file.parts[-3]


def test_the_script_of_words_is_what_the_catalogues_say() -> None:
    assert SCRIPT.read_text(encoding="utf-8") == script("map")


def test_scripts_ask_for_words_that_are_there_and_leave_none_behind() -> None:
    known = set(words("map", "zh").messages)
    text = "\n".join(file.read_text(encoding="utf-8") for file in SCRIPTS.glob("*.js") if file != SCRIPT)
    asked = set(re.findall(r'\bword\("(\w+)"\)', text))
    assert asked <= known
    named = set(re.findall(r'"(\w+)"|\b(\w+)\b', text))
    said = {one for pair in named for one in pair}
    elsewhere = ("reason_", "theme_", "unit_", "noscript")
    assert {key for key in known - said if not key.startswith(elsewhere)} == set()


def test_no_screen_says_a_word_past_the_catalogues() -> None:
    screens = [*SCRIPTS.glob("*.js"), *(WEB / "assets").glob("*.js"), *TEMPLATES.values()]
    assert list(_written(screens, CLASSES_OF_ROADS | {SCRIPT.name})) == []


def test_templates_ask_for_words_that_are_there_and_leave_none_behind() -> None:
    told = {name: file.read_text(encoding="utf-8") for name, file in TEMPLATES.items()}
    asked = {
        key
        for name, text in told.items()
        if name != "wall.html"
        for key in re.findall(r'\b_\("(\w+)"\)', text)
    }
    known = set(words("pages", "zh").messages)
    assert asked <= known
    composed = [
        "homes",
        "signed",
        "vacated",
        "demolished",
        "vacated_expected",
        "demolished_expected",
        "mu",
        "10_000_yuan",
    ]
    assert {key for key in known - asked - set(composed) if not key.startswith("figure_")} == set()


@pytest.mark.parametrize(("domain", "scripts"), [("imports", "imports_*.js"), ("records", "editor.js")])
def test_scripts_of_pages_ask_for_words_that_are_there(domain: str, scripts: str) -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in (WEB / "assets").glob(scripts))
    asked = set(re.findall(r'\bsay\("(\w+)"\)', text))
    assert len(asked) > 10
    assert asked <= set(words(domain, "zh").messages)


def test_a_message_nobody_wrote_is_refused() -> None:
    with pytest.raises(BrokenCatalogue, match="no_such_key"):
        words("map", "en").gettext("no_such_key")
    with pytest.raises(BrokenCatalogue):
        words("map", "fr")


@pytest.mark.parametrize(
    "text", ['msgid "a"\nmsgstr a', 'msgid "a"\nmsgstr "1"\nmsgid "a"\nmsgstr "2"', '"alone"']
)
def test_a_broken_catalogue_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "map.po"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenCatalogue):
        read_catalogue(file)


def _written(files: Iterable[Path], excused: set[str]) -> Iterator[str]:
    """Yield lines that hold Chinese outside of comments."""
    for file in files:
        if file.name in excused:
            continue
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"/\*.*?\*/|\{#.*?#\}|<!--.*?-->", "", text, flags=re.DOTALL)
        for line in text.splitlines():
            if HAN.search(re.sub(r"(^|\s)//.*$", "", line)):
                yield f"{file.name}: {line.strip()[:80]}"

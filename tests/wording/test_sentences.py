"""Every sentence an error may say to a person has a Chinese text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoservice.sentences import GAP, in_language
from geoservice.wording import LOCALE, read_catalogue

ROOT = Path(__file__).resolve().parents[2] / "geoservice"
SPOKEN_TO_PROGRAMMERS = (
    "wording.py",
    "cartography/assets.py",
    "cartography/build.py",
    "cartography/figure.py",
    "cartography/frames.py",
    "cartography/notebook.py",
    "cartography/placing.py",
    "cartography/sources.py",
    "availability/facts.py",
    "demolition/facts.py",
    "demolition/rollup.py",
    "geo/arrays.py",
    "geo/geojson.py",
)
"""What only code that misuses a function gets to read."""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _trees() -> dict[str, ast.Module]:
    return {
        str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(ROOT.rglob("*.py"))
    }


def _errors(trees: dict[str, ast.Module]) -> set[str]:
    """Return the names of the error and all that derive from it."""
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found, before = {"GeoserviceError"}, 0
    while len(found) > before:
        before = len(found)
        found |= {each.name for each in classes if {_name(base) for base in each.bases} & found}
    return found


def _sentence(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values)
    return None


def _sentences() -> Iterator[tuple[str, int, str]]:
    trees = _trees()
    errors = _errors(trees)
    for file, tree in trees.items():
        if file.startswith(SPOKEN_TO_PROGRAMMERS):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in errors:
                named = [word.value for word in node.keywords if word.arg in ("subject", "remedy")]
                for argument in [*node.args[:1], *node.args[2:3], *named]:
                    sentence = _sentence(argument)
                    if sentence and sentence.strip(f"{GAP} .:"):
                        yield file, node.lineno, sentence


def test_every_sentence_of_an_error_has_a_chinese_text() -> None:
    known = read_catalogue(LOCALE / "zh" / "LC_MESSAGES" / "errors.po")
    missing = [f"{file}:{line}: {text}" for file, line, text in _sentences() if text not in known]
    assert not missing, "Add them to locale/zh/LC_MESSAGES/errors.po:\n" + "\n".join(missing)


def test_a_chinese_text_fills_in_as_much_as_the_english_one() -> None:
    for key, text in read_catalogue(LOCALE / "zh" / "LC_MESSAGES" / "errors.po").items():
        assert text.count(GAP) == key.count(GAP), key


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("There is no such account", "没有这个账号"),
        ("The role 公众 may not do this", "角色“公众”无权这样做"),
        ("Use 1 to 8.", "请用 1 到 8。"),
        ("Use csv or xlsx.", "请用 csv 或 xlsx。"),
        ("Parameter limit: Field required", "参数 limit：缺少此项"),
        ("What nobody wrote down", "What nobody wrote down"),
    ],
)
def test_sentences_are_found_whole_and_with_what_is_filled_in(english: str, chinese: str) -> None:
    assert in_language(english, "zh") == chinese
    assert in_language(english, "en") == english


def test_braces_in_what_is_filled_in_stay_what_they_are() -> None:
    assert in_language("Unknown parameter {} {0}", "zh") == "未知的参数 {} {0}"

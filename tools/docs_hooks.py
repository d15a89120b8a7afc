"""mkdocs hooks: write the pages that repeat the code, refuse a site that loads anything from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# What a browser fetches by itself; a link that a person follows (<a href>) may lead anywhere.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc\s*=\s*["']?(?P<src>(?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?=[^>]*\brel\s*=\s*["']?(?:stylesheet|preconnect|preload|icon|modulepreload))"""
    r"""[^>]*?\bhref\s*=\s*["']?(?P<link>(?:https?:)?//[^"'\s>]+)"""
    r"""|@import\s+(?:url\()?["']?(?P<import>(?:https?:)?//[^"')\s]+)"""
    r"""|url\(\s*["']?(?P<url>(?:https?:)?//[^"')\s]+)""",
    re.IGNORECASE,
)


class FetchesFromElsewhere(Exception):
    """A page of the site would make the reader's browser ask another host."""


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the markers ``<!-- commands -->`` and ``<!-- vocabulary -->`` by what the code says."""
    for marker, write in GENERATED.items():
        if f"<!-- {marker} -->" in markdown:
            markdown = markdown.replace(f"<!-- {marker} -->", write())
    return markdown


def on_post_build(config: Any, **_: Any) -> None:
    """Look through the finished site for anything fetched from another host.

    Raises
    ------
    FetchesFromElsewhere
        Naming the first page and address.
    """
    site = Path(config["site_dir"])
    for path in sorted(site.rglob("*")):
        if path.suffix in {".html", ".css"}:
            for address in fetched_from_elsewhere(path.read_text(encoding="utf-8")):
                raise FetchesFromElsewhere(f"{path.relative_to(site)} fetches {address}")


def fetched_from_elsewhere(text: str) -> Iterator[str]:
    """Yield the addresses on other hosts that an HTML page or style sheet fetches by itself.

    >>> list(fetched_from_elsewhere('<script src="https://example.org/a.js"></script><a href="https://b.org">'))
    ['https://example.org/a.js']
    >>> list(fetched_from_elsewhere('<script src="/a.js"></script><style>a{background:url(a.png)}</style>'))
    []
    """
    for match in _FETCHED.finditer(text):
        yield next(group for group in match.groups() if group)


def vocabulary_page() -> str:
    """Write one table per vocabulary: code, Chinese label, English label."""
    from geoservice.model.vocabulary import vocabularies

    tables = []
    for name, vocabulary in vocabularies():
        summary = (vocabulary.__doc__ or "").splitlines()[0]
        rows = "\n".join(f"| `{member.value}` | {member.zh} | {member.en} |" for member in vocabulary)
        tables.append(f"## {name}\n\n{summary}\n\n| code | 中文 | English |\n|---|---|---|\n{rows}")
    return "\n\n".join(tables)


def checks_page() -> str:
    """Write the rules of checks with their tolerances, then every finding with what it says and why."""
    from geoservice.intake.findings import catalogue, why_of
    from geoservice.intake.rules.check_rules import shipped

    rules = "\n".join(
        f"| `{r.code}` | {r.severity} | {'<br>'.join(f'`{n} = {v:g}`' for n, v in r.params.items())} "
        f"| {r.zh}<br>{r.en} |"
        for r in shipped().rules.values()
    )
    said = "\n".join(
        f"| `{code}` | {words['severity']} | {_cell(words['zh'])}<br>{_cell(words['en'])} "
        f"| {why_of(code)[0]}<br>{_cell(words['remedy'])} |"
        for code, words in sorted(catalogue().items())
    )
    return (
        "## Rules\n\n| code | default | parameters | looks at |\n|---|---|---|---|\n"
        f"{rules}\n\n## Findings\n\n| code | severity | says | why, and what to do |\n|---|---|---|---|\n{said}"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def commands_page() -> str:
    """Write one section per command with the help it prints."""
    return "\n\n".join(f"## {name}\n\n```text\n{text}\n```" for name, text in command_helps())


def command_helps() -> Iterator[tuple[str, str]]:
    """Yield the full name and the plain help text of every command."""
    import typer

    from geoservice.cli import app

    yield from _helps(typer.main.get_command(app), "geoservice", None)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    context = command.context_class(command, info_name=name, parent=parent, terminal_width=100)
    if not hasattr(command, "commands"):
        command.rich_markup_mode = None  # plain text, without the boxes drawn for a terminal
        yield context.command_path, command.get_help(context).rstrip()
        return
    for child_name, child in command.commands.items():
        if not child.hidden:
            yield from _helps(child, child_name, context)


GENERATED: dict[str, Callable[[], str]] = {
    "checks": checks_page,
    "commands": commands_page,
    "vocabulary": vocabulary_page,
}

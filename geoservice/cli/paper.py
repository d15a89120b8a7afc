"""``geoservice paper``: a named map, or a book of parks or projects, as PDF or PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from geoservice.access.principals import Principal, Scope
from geoservice.cartography.paper import paper_of, slide_of
from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.errors import InvalidInput
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.moment import Moment
from geoservice.web.questions import parse_day
from geoservice.web.sheets import BOOKS, book, sheet


def print_map(
    name: Annotated[str, typer.Argument(help="A map of the maps folder, or book:parks, book:projects.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write: .pdf or .png.")],
    size: Annotated[str, typer.Option(help="Paper: A4, A3, A2, A1 or A0.")] = "A4",
    portrait: Annotated[bool, typer.Option(help="Upright instead of across.")] = False,
    pixels: Annotated[str | None, typer.Option(help="Size of a .png, such as 1920x1080.")] = None,
    role: Annotated[str, typer.Option(help="What the sheet may show: the view of this role.")] = "public",
    datetime: Annotated[str | None, typer.Option(help="The day shown, 2026-09-30; default today.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    database: DatabaseOption = None,
) -> None:
    """Write a named map to scale on a sheet, a picture for slides, or a map book.

    Example: `geoservice paper projects -o wall.pdf --size A0 --role leader`
    """
    viewer = Role.recognise(role)
    if viewer is None:
        raise InvalidInput("There is no such role", role, f"Use one of: {', '.join(Role)}.")
    if lang not in ("zh", "en"):
        raise InvalidInput("There is no such language", lang, "Use zh or en.")
    language: Literal["zh", "en"] = "en" if lang == "en" else "zh"
    moment = Moment.today() if datetime is None else Moment(parse_day(datetime, "--datetime"))
    principal = Principal(f"sheet for {viewer.value}", viewer, (Scope(ScopeKind.CITY),))
    form = _form(output)
    paper = slide_of(*_pixels(pixels)) if pixels else paper_of(size, portrait=portrait)
    with opened(database) as service:
        by = name.removeprefix("book:")
        if by != name:
            body = book(service, principal, by, moment, paper, language)
        else:
            body = sheet(service, principal, name, moment, paper, form, language)
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.with_name(f".{output.name}.part")
    temporary.write_bytes(body)
    temporary.replace(output)
    out.print(f"{output} ({len(body) / 1e6:.1f} MB, {viewer.zh})", highlight=False)


def _form(output: Path) -> Literal["pdf", "png"]:
    suffix = output.suffix.lower()
    if suffix not in (".pdf", ".png"):
        raise InvalidInput(
            "A sheet is written as .pdf or .png", output.name, f"Name it so; books: {', '.join(BOOKS)}."
        )
    return "png" if suffix == ".png" else "pdf"


def _pixels(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise InvalidInput("--pixels is not a size", text, "Write it as 1920x1080.")
    return int(width), int(height)

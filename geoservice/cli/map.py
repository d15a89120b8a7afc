"""``geoservice map``: draw a named map into one file that opens from disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoservice.access.principals import Principal, Scope
from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.errors import InvalidInput
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.moment import Moment
from geoservice.web.questions import parse_day
from geoservice.web.single_file import single_file


def draw_map(
    name: Annotated[str, typer.Argument(help="A map of the maps folder, such as projects.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")],
    role: Annotated[str, typer.Option(help="What the file may show: the view of this role.")] = "public",
    datetime: Annotated[str | None, typer.Option(help="The day shown, 2026-09-30; default today.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    database: DatabaseOption = None,
) -> None:
    """Write a named map as one HTML file that opens from disk, without network.

    Example: `geoservice map projects -o city.html`
    """
    viewer = Role.recognise(role)
    if viewer is None:
        raise InvalidInput("There is no such role", role, f"Use one of: {', '.join(Role)}.")
    if lang not in ("zh", "en"):
        raise InvalidInput("There is no such language", lang, "Use zh or en.")
    moment = Moment.today() if datetime is None else Moment(parse_day(datetime, "--datetime"))
    principal = Principal(f"file for {viewer.value}", viewer, (Scope(ScopeKind.CITY),))
    with opened(database) as service:
        html = single_file(service, principal, name, moment, lang)
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.with_name(f".{output.name}.part")
    temporary.write_text(html, encoding="utf-8")
    temporary.replace(output)
    if viewer is not Role.PUBLIC:
        out.print(
            "内部资料：此文件未加密，请按内部资料保管 · internal, not encrypted: keep it so", style="yellow"
        )
    out.print(f"{output} ({len(html.encode()) / 1e6:.1f} MB, {viewer.zh})", highlight=False)

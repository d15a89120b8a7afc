"""``geoservice check``: everything an import does, without loading."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from geoservice.cli.context import err, out
from geoservice.cli.importing import Asked, check_against, intake_settings
from geoservice.errors import InvalidInput
from geoservice.intake.check import Checked, check_file
from geoservice.intake.html import render_html
from geoservice.intake.mapping import SourceRule
from geoservice.intake.mapping_file import read_mapping
from geoservice.intake.terminal import render_terminal
from geoservice.service import open_service
from geoservice.settings import Settings, read_settings

FilesArgument = Annotated[list[Path], typer.Argument(help="Files to look at.")]
MappingOption = Annotated[Path | None, typer.Option("--mapping", "-m", help="A mapping file (TOML).")]
NounOption = Annotated[
    str | None, typer.Option("--noun", "-n", help="What the rows are: parcel, project, park …")
]
HtmlOption = Annotated[Path | None, typer.Option("--html", help="Write the report as an HTML page.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
LayerOption = Annotated[str | None, typer.Option(help="Layer or sheet, where a file holds several.")]
CrsOption = Annotated[
    str | None, typer.Option(help="CRS of the coordinates, such as EPSG:4528; wins over the file.")
]
EncodingOption = Annotated[
    str | None, typer.Option(help="Encoding of texts, such as gb18030; wins over the file.")
]
CheckDatabase = Annotated[
    str | None,
    typer.Option(
        "--database", "-d", help="Check against this register; default the usual one, if it exists."
    ),
]


def check(
    files: FilesArgument,
    noun: NounOption = None,
    mapping: MappingOption = None,
    layer: LayerOption = None,
    crs: CrsOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
    html: HtmlOption = None,
    database: CheckDatabase = None,
) -> None:
    """Check files as an import would, and change nothing; exit code 1 where a row could not be loaded.

    Example: `geoservice check 宗地.shp --noun parcel --mapping mapping.toml`
    """
    asked = Asked(read_mapping(mapping) if mapping else None, noun, SourceRule(layer, encoding, crs))
    settings = read_settings()
    if database:
        settings = replace(settings, database_url=database)
    checked = [_check(settings, path, asked, explicit=database is not None) for path in files]
    show(checked, as_json=as_json, html=html)
    if not all(one.report.ok for one in checked):
        raise typer.Exit(1)


def show(checked: list[Checked], *, as_json: bool, html: Path | None) -> None:
    """Show reports on the terminal or as JSON, and write the page where asked.

    Raises
    ------
    InvalidInput
        If one page is asked for several files.
    """
    if as_json:
        documents = [one.report.to_json() for one in checked]
        typer.echo(
            json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=1)
        )
    else:
        for one in checked:
            render_terminal(one.report, out)
    if html is None:
        return
    if len(checked) > 1:
        raise InvalidInput("One page shows one file", len(checked), "Check the files one by one.")
    html.write_text(render_html(checked[0].report), encoding="utf-8")
    err.print(f"{html}", highlight=False)


def _check(settings: Settings, path: Path, asked: Asked, *, explicit: bool) -> Checked:
    """Check against the register where there is one; a check must not make a database."""
    if not explicit and not _exists(settings):
        return check_file(path, mapping=asked.mapping, noun=asked.noun, source=asked.source)
    service = open_service(settings)
    try:
        return check_against(service, path, asked, intake_settings(service))
    finally:
        service.close()


def _exists(settings: Settings) -> bool:
    url = settings.database_url
    return Path(url.removeprefix("gpkg:///")).is_file() if not url.startswith("postgresql") else True

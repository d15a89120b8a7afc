"""The command tree, and the one place where an error becomes a line on the terminal and an exit code."""

from __future__ import annotations

import os
import sys

import typer
from rich.console import Console

from geoservice import __version__
from geoservice.cli.assess import assess
from geoservice.cli.check import check
from geoservice.cli.database import app as database
from geoservice.cli.demo import demo
from geoservice.cli.export import export_file
from geoservice.cli.import_records import app as imports
from geoservice.cli.imports import import_files
from geoservice.cli.map import draw_map
from geoservice.cli.paper import print_map
from geoservice.cli.run import run
from geoservice.cli.serve import serve
from geoservice.cli.token import app as token
from geoservice.cli.user import app as user
from geoservice.cli.vault import app as vault
from geoservice.cli.work import work
from geoservice.errors import GeoserviceError
from geoservice.sentences import in_language

app = typer.Typer(
    name="geoservice",
    help="项目、宗地与园区的一张图 · The map and the land register of a city's projects.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"geoservice {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    pass


app.command("run")(run)
app.command("serve")(serve)
app.command("demo")(demo)
app.command("check")(check)
app.command("import")(import_files)
app.command("assess")(assess)
app.command("work")(work)
app.command("map")(draw_map)
app.command("paper")(print_map)
app.command("export")(export_file)
app.add_typer(database, name="db")
app.add_typer(imports, name="imports")
app.add_typer(user, name="user")
app.add_typer(token, name="token")
app.add_typer(vault, name="vault")


def main() -> None:
    """Run the command line; an error of ours is one line and exit code 1, never a traceback."""
    try:
        app()
    except GeoserviceError as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]✗[/] {_plain(_said(error))}", highlight=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _said(error: GeoserviceError) -> str:
    """Say an error in the language of the terminal: Chinese where the locale is, as gettext looks for it."""
    named = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    language = "zh" if next(filter(None, named), "").startswith("zh") else "en"
    subject, remedy = in_language(error.subject, language), in_language(error.remedy, language)
    if language == "en" or not remedy:
        return str(GeoserviceError(subject, error.value, remedy))
    return f"{GeoserviceError(subject, error.value)}。{remedy}"


def _plain(text: str) -> str:
    """Keep square brackets of a message from being read as markup."""
    return text.replace("[", r"\[")

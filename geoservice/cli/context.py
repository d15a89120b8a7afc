"""What commands share: opening the service, and saying things on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from geoservice.service import Service, open_service
from geoservice.settings import read_settings

out: Final = Console(soft_wrap=True)
err: Final = Console(stderr=True, soft_wrap=True)

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        "-d",
        help="A .gpkg file or a PostGIS URL; default GEOSERVICE_DATABASE_URL or var/geoservice.gpkg.",
    ),
]


@contextmanager
def opened(database: str | None = None) -> Iterator[Service]:
    """Open the service the command works on, and close it at the end."""
    settings = read_settings()
    service = open_service(replace(settings, database_url=database) if database else settings)
    try:
        yield service
    finally:
        service.close()


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a progress bar on the error stream, so that output can be piped."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=False) as bar:
        yield bar

"""``geoservice db``: the schema, what the database holds, and whether its audit log is whole."""

from __future__ import annotations

import typer

from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.db.migrate import current_revision
from geoservice.errors import Conflict
from geoservice.registry import audit
from geoservice.registry.census import census
from geoservice.registry.settings import read_city

app = typer.Typer(help="The database itself.", no_args_is_help=True, rich_markup_mode="markdown")


@app.command("upgrade")
def upgrade(database: DatabaseOption = None) -> None:
    """Bring the schema up to date; opening a database does that too.

    Example: `geoservice db upgrade`
    """
    with opened(database) as service, service.database.read() as connection:
        out.print(f"The schema is at {current_revision(connection)}.", highlight=False)


@app.command("info")
def info(database: DatabaseOption = None) -> None:
    """Say what the database holds.

    Example: `geoservice db info`
    """
    with opened(database) as service, service.database.read() as connection:
        typer.echo(f"city\t{read_city(connection).name}")
        typer.echo(f"schema\t{current_revision(connection)}")
        for noun, number in census(connection).items():
            typer.echo(f"{noun}\t{number}")


@app.command("verify")
def verify(database: DatabaseOption = None) -> None:
    """Check the hash chain of the audit log.

    Example: `geoservice db verify`
    """
    with opened(database) as service, service.database.read() as connection:
        broken = audit.verify(connection)
        head = audit.head(connection)
    if broken is not None:
        raise Conflict("The audit log was changed", f"entry {broken}", "Compare with a backup.")
    out.print(f"The audit log is whole. Head: {head}", highlight=False)

"""``geoservice db``: the schema, what the database holds, and whether its audit log is whole."""

from __future__ import annotations

import typer

from geoservice.cli.context import DatabaseOption, err, opened, out
from geoservice.db.migrate import current_revision
from geoservice.errors import Conflict
from geoservice.registry.audit_check import Checked, check
from geoservice.registry.audit_heads import HeadFile
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
    """Check the audit log: every hash made again, and compared with the heads written outside the database.

    Example: `geoservice db verify`
    """
    with opened(database) as service, service.database.read() as connection:
        heads = service.heads
        found = check(connection, () if heads is None else heads.heads())
    if found.broken is not None:
        raise Conflict(
            f"The audit log is not whole: {found.why}",
            f"entry {found.broken}",
            f"The {found.entries} entries before it are whole. Compare with a backup.",
        )
    out.print(
        f"The audit log is whole: {found.entries} entries, each with its hash made again. Head: {found.head}",
        highlight=False,
    )
    _say_how_far_confirmed(found, heads)


def _say_how_far_confirmed(found: Checked, heads: HeadFile | None) -> None:
    if heads is None:
        err.print(
            "No head is written outside the database: set GEOSERVICE_AUDIT_HEADS to notice an exchanged database.",
            highlight=False,
        )
    elif not found.confirmed:
        err.print(f"{heads.path} confirms none of them.", highlight=False)
    else:
        out.print(f"{heads.path} confirms it up to entry {found.vouched}.", highlight=False)

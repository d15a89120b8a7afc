"""``geoservice token``: API tokens for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.errors import NotFound

app = typer.Typer(help="API tokens for programs.", no_args_is_help=True, rich_markup_mode="markdown")


@app.command("create")
def create(
    user: Annotated[str, typer.Argument(help="Account the token acts for.")],
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until it expires.")] = 365,
    database: DatabaseOption = None,
) -> None:
    """Create an API token and print it once; only its hash is kept.

    Example: `geoservice token create admin --label qgis`
    """
    with opened(database) as service, service.database.write() as connection:
        if accounts.find_account(connection, user) is None:
            raise NotFound(
                "There is no such account", user, "Create it: geoservice user create NAME --role ROLE."
            )
        secret = tokens.issue(
            connection, tokens.TokenKind.API, user, clock.now(), label=label, lifetime=timedelta(days=days)
        )
    typer.echo(secret)


@app.command("list")
def show(database: DatabaseOption = None) -> None:
    """List the API tokens, without their secrets.

    Example: `geoservice token list`
    """
    with opened(database) as service, service.database.read() as connection:
        for number, owner, label, expires, revoked in tokens.list_tokens(connection):
            mark = "\trevoked" if revoked else ""
            typer.echo(f"{number}\t{owner}\t{label}\t{expires:%Y-%m-%d}{mark}")


@app.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="Number from `geoservice token list`.")],
    database: DatabaseOption = None,
) -> None:
    """Revoke an API token; it stops working at once.

    Example: `geoservice token revoke 3`
    """
    with opened(database) as service, service.database.write() as connection:
        tokens.revoke_number(connection, number, clock.now())
    out.print(f"Revoked token {number}.", highlight=False)

"""``geoservice user``: accounts and sign-in links."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.errors import InvalidInput, NotFound
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from geoservice.service import Service

ADMIN: Final = "admin"
app = typer.Typer(help="Accounts and sign-in links.", no_args_is_help=True, rich_markup_mode="markdown")

NameArgument = Annotated[str, typer.Argument(help="Account name.")]
_SCOPED: Final = {
    ScopeKind.DISTRICT: "zone",
    ScopeKind.PARK: "park",
    ScopeKind.TASK: "demolition_task",
}
ScopeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        help="city, district:NAME, park:NAME or task:NUMBER; a code will do; may be given several times.",
    ),
]


@app.command("create")
def create(
    name: NameArgument,
    role: Annotated[str, typer.Option(help=f"One of: {', '.join(Role)}.")],
    scope: ScopeOption = None,
    database: DatabaseOption = None,
) -> None:
    """Create an account.

    Example: `geoservice user create zhang --role expropriation --scope district:清河区`
    """
    found = Role.recognise(role)
    if found is None:
        raise InvalidInput("There is no such role", role, f"Use one of: {', '.join(Role)}.")
    with opened(database) as service, service.database.write() as connection:
        known = Known(connection, Moment.today())
        scopes = tuple(_scope(known, text) for text in scope or ["city"])
        accounts.create_account(connection, name, found, scopes, clock.now())
    out.print(f"Created {name} ({found.zh}). Sign-in link: geoservice user link {name}", highlight=False)


@app.command("link")
def link(
    name: NameArgument,
    base: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8000",
    viewing_days: Annotated[
        int | None,
        typer.Option(min=1, max=3650, help="For a wall: sign in for so many days, to look on only."),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Print a sign-in link; it works once, within a day.

    Example: `geoservice user link admin`
    """
    with opened(database) as service:
        typer.echo(sign_in_link(service, name, base.rstrip("/"), viewing_days))


@app.command("list")
def show(database: DatabaseOption = None) -> None:
    """List the accounts.

    Example: `geoservice user list`
    """
    with opened(database) as service, service.database.read() as connection:
        for name, role, disabled in accounts.list_accounts(connection):
            mark = "\tdisabled" if disabled else ""
            typer.echo(f"{name}\t{role}{mark}")


@app.command("disable")
def disable(name: NameArgument, database: DatabaseOption = None) -> None:
    """Disable an account; its sessions and tokens stop at once.

    Example: `geoservice user disable zhang`
    """
    with opened(database) as service, service.database.write() as connection:
        accounts.disable_account(connection, name, clock.now())
    out.print(f"Disabled {name}.", highlight=False)


def ensure_admin(service: Service) -> None:
    """Create the administrator's account where there never was one; a disabled one stays disabled."""
    with service.database.write() as connection:
        if all(name != ADMIN for name, _, _ in accounts.list_accounts(connection)):
            scopes = (Scope(ScopeKind.CITY),)
            accounts.create_account(connection, ADMIN, Role.ADMIN, scopes, clock.now(), "管理员")


def is_active(service: Service, name: str) -> bool:
    """Say whether the account exists and is not disabled."""
    with service.database.read() as connection:
        return accounts.find_account(connection, name) is not None


def sign_in_link(service: Service, name: str, base: str, viewing_days: int | None = None) -> str:
    """Issue a sign-in link.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    with service.database.write() as connection:
        if accounts.find_account(connection, name) is None:
            raise NotFound(
                "There is no such account", name, "Create it: geoservice user create NAME --role ROLE."
            )
        if viewing_days is not None:
            secret = tokens.issue_viewing_link(connection, name, clock.now(), viewing_days)
        else:
            secret = tokens.issue(
                connection, tokens.TokenKind.SIGN_IN, name, clock.now(), label="sign-in link"
            )
    return f"{base}/sign-in?code={secret}"


def _scope(known: Known, text: str) -> Scope:
    kind_text, _, place = text.partition(":")
    kind = ScopeKind.recognise(kind_text)
    if kind is None or (kind is not ScopeKind.CITY and not place):
        raise InvalidInput("This is no scope", text, "Write city, district:NAME, park:NAME or task:NUMBER.")
    if kind is ScopeKind.CITY:
        return Scope(kind)
    key = known.resolve(_SCOPED[kind], [place])[0]
    if key is None:
        raise InvalidInput(f"There is no such {kind}", place, "Use its key, code or full name.")
    return Scope(kind, key)

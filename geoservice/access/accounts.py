"""Accounts: who exists, with which role and reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from geoservice.access.principals import Principal, Scope
from geoservice.errors import Conflict, NotFound
from geoservice.model import user
from geoservice.model.vocabulary import Role, ScopeKind


def create_account(
    connection: Connection,
    name: str,
    role: Role,
    scopes: tuple[Scope, ...],
    at: datetime,
    display_name: str = "",
) -> None:
    """Create an account.

    Raises
    ------
    Conflict
        If the name is taken, be it by a disabled account: what it did stands under that name in the audit log.
    """
    if connection.scalar(select(user.c.id).where(user.c.name == name)) is not None:
        raise Conflict("An account of that name exists", name, "Choose another name.")
    connection.execute(
        insert(user).values(
            name=name,
            display_name=display_name or name,
            role=role.value,
            scopes=[{"kind": scope.kind.value, "key": scope.key} for scope in scopes],
            created_at=at,
        )
    )


def find_account(connection: Connection, name: str) -> Principal | None:
    """Return the account of that name, ``None`` where there is none or it is disabled."""
    row = connection.execute(
        select(user.c.name, user.c.role, user.c.scopes).where(
            user.c.name == name, user.c.disabled_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else principal_of(row.name, row.role, row.scopes)


def principal_of(name: str, role: str, scopes: Sequence[Mapping[str, Any]]) -> Principal:
    """Return the principal an account's row stands for."""
    reach = tuple(Scope(ScopeKind(scope["kind"]), scope["key"]) for scope in scopes)
    return Principal(name, Role(role), reach)


def disable_account(connection: Connection, name: str, at: datetime) -> None:
    """Disable an account; its sessions and tokens stop at once.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    changed = connection.execute(update(user).where(user.c.name == name).values(disabled_at=at))
    if changed.rowcount == 0:
        raise NotFound("There is no such account", name, "List accounts with: geoservice user list.")


def list_accounts(connection: Connection) -> list[tuple[str, str, bool]]:
    """Return name, role and whether disabled of every account."""
    rows = connection.execute(select(user.c.name, user.c.role, user.c.disabled_at).order_by(user.c.name))
    return [(row.name, row.role, row.disabled_at is not None) for row in rows]


def readers(connection: Connection) -> list[Principal]:
    """Return who may ask, one of each role and reach among the accounts that are not disabled."""
    rows = connection.execute(
        select(user.c.name, user.c.role, user.c.scopes)
        .where(user.c.disabled_at.is_(None))
        .order_by(user.c.name)
    )
    found: dict[tuple[Role, tuple[Scope, ...]], Principal] = {}
    for row in rows:
        principal = principal_of(row.name, row.role, row.scopes)
        found.setdefault((principal.role, principal.scopes), principal)
    return list(found.values())

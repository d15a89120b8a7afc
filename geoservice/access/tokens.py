"""Secrets people and programs present: API tokens, sign-in links and sessions, hashed at rest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from geoservice.access.accounts import find_account, principal_of
from geoservice.access.principals import Principal
from geoservice.errors import NotFound, NotSignedIn
from geoservice.model import token, user

_VIEWING: Final = "viewing "
"""How the label of a link for viewers begins; the days of its session follow."""
SIGN_IN_GRACE: Final = timedelta(minutes=10)
"""A sign-in link works once; a reload, a second click or a previewing browser shortly after does no harm."""


class TokenKind(StrEnum):
    """What a secret is for."""

    API = "api"
    SIGN_IN = "sign_in"
    SESSION = "session"


LIFETIMES: Final = {
    TokenKind.API: timedelta(days=365),
    TokenKind.SIGN_IN: timedelta(hours=24),
    TokenKind.SESSION: timedelta(hours=12),
}


@dataclass(frozen=True)
class Session:
    """A signed-in browser: who it is, and the hash its CSRF token must have."""

    principal: Principal
    csrf_hash: str

    def accepts_csrf(self, presented: str | None) -> bool:
        """Say whether the presented CSRF token belongs to this session."""
        return presented is not None and hmac.compare_digest(hash_secret(presented), self.csrf_hash)


def issue(
    connection: Connection,
    kind: TokenKind,
    user_name: str,
    at: datetime,
    *,
    label: str = "",
    lifetime: timedelta | None = None,
    csrf: str | None = None,
) -> str:
    """Issue a secret and return it; only its SHA-256 is kept.

    Notes
    -----
    256 random bits need no slow hash: guessing is out of reach with any.
    """
    secret = f"gs_{secrets.token_urlsafe(32)}"
    connection.execute(
        insert(token).values(
            kind=kind.value,
            user_name=user_name,
            secret_hash=hash_secret(secret),
            label=label,
            created_at=at,
            expires_at=at + (lifetime or LIFETIMES[kind]),
            csrf_hash=None if csrf is None else hash_secret(csrf),
        )
    )
    return secret


def issue_viewing_link(connection: Connection, user_name: str, at: datetime, days: int) -> str:
    """Issue the secret of a sign-in link to look on for days, as a wall does: its session changes nothing."""
    return issue(connection, TokenKind.SIGN_IN, user_name, at, label=f"{_VIEWING}{days}")


def viewing_lifetime(connection: Connection, sign_in_secret: str, at: datetime) -> timedelta | None:
    """Return how long the session of a viewing link lasts, ``None`` for any other secret."""
    row = _valid(connection, TokenKind.SIGN_IN, sign_in_secret, at)
    if row is None or not row.label.startswith(_VIEWING):
        return None
    return timedelta(days=int(row.label.removeprefix(_VIEWING)))


def open_session(connection: Connection, sign_in_secret: str, at: datetime) -> tuple[str, str, Principal]:
    """Turn a sign-in link's secret into a session; return session secret, CSRF token and principal.

    The session of a viewing link lasts as long as the link says and has no CSRF token, so that no change passes.

    Raises
    ------
    NotSignedIn
        If the link is unknown, used, revoked or expired.
    """
    row = _valid(connection, TokenKind.SIGN_IN, sign_in_secret, at)
    if row is None or (row.used_at is not None and at - row.used_at > SIGN_IN_GRACE):
        raise NotSignedIn(
            "This sign-in link is used up or expired",
            None,
            "Print a new one with: geoservice user link NAME.",
        )
    if row.used_at is None:
        connection.execute(update(token).where(token.c.id == row.id).values(used_at=at))
    principal = find_account(connection, row.user_name)
    if principal is None:
        raise NotSignedIn("This account is disabled", row.user_name, "Ask an administrator.")
    viewing = viewing_lifetime(connection, sign_in_secret, at)
    if viewing is not None:
        return issue(connection, TokenKind.SESSION, row.user_name, at, lifetime=viewing), "", principal
    csrf = secrets.token_urlsafe(24)
    return issue(connection, TokenKind.SESSION, row.user_name, at, csrf=csrf), csrf, principal


def find_session(connection: Connection, secret: str, at: datetime) -> Session | None:
    """Return the session a cookie names, ``None`` for a stale one."""
    held = _holder(connection, TokenKind.SESSION, secret, at)
    return None if held is None else Session(held[0], held[1] or "")


def find_bearer(connection: Connection, secret: str, at: datetime) -> Principal | None:
    """Return who an API token belongs to, ``None`` for a stale one."""
    held = _holder(connection, TokenKind.API, secret, at)
    return None if held is None else held[0]


def revoke(connection: Connection, secret: str, at: datetime) -> None:
    """Revoke a secret; it stops working at once."""
    connection.execute(update(token).where(token.c.secret_hash == hash_secret(secret)).values(revoked_at=at))


def revoke_number(connection: Connection, number: int, at: datetime) -> None:
    """Revoke the token of that number.

    Raises
    ------
    NotFound
        If there is no such token.
    """
    changed = connection.execute(update(token).where(token.c.id == number).values(revoked_at=at))
    if changed.rowcount == 0:
        raise NotFound("There is no such token", number, "List tokens with: geoservice token list.")


def list_tokens(
    connection: Connection, kind: TokenKind = TokenKind.API
) -> list[tuple[int, str, str, datetime, bool]]:
    """Return number, owner, label, expiry and whether revoked of every token of a kind."""
    rows = connection.execute(select(token).where(token.c.kind == kind.value).order_by(token.c.id))
    return [(r.id, r.user_name, r.label, r.expires_at, r.revoked_at is not None) for r in rows]


def hash_secret(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class _Row:
    id: int
    user_name: str
    used_at: datetime | None
    csrf_hash: str | None
    label: str


def _holder(
    connection: Connection, kind: TokenKind, secret: str, at: datetime
) -> tuple[Principal, str | None] | None:
    """Return whose secret it is and the CSRF hash beside it, in one statement: every request asks."""
    asked = {"kind": kind.value, "secret": hash_secret(secret), "at": at}
    row = connection.execute(_HOLDER, asked).one_or_none()
    return None if row is None else (principal_of(row.name, row.role, row.scopes), row.csrf_hash)


_GOOD: Final = (
    token.c.kind == bindparam("kind"),
    token.c.secret_hash == bindparam("secret"),
    token.c.expires_at > bindparam("at"),
    token.c.revoked_at.is_(None),
)
_HOLDER: Final = (
    select(user.c.name, user.c.role, user.c.scopes, token.c.csrf_hash)
    .join_from(token, user, user.c.name == token.c.user_name)
    .where(*_GOOD, user.c.disabled_at.is_(None))
)
"""Composed once: every request that carries a secret asks."""


def _valid(connection: Connection, kind: TokenKind, secret: str, at: datetime) -> _Row | None:
    chosen = (token.c.id, token.c.user_name, token.c.used_at, token.c.csrf_hash, token.c.label)
    asked = {"kind": kind.value, "secret": hash_secret(secret), "at": at}
    row = connection.execute(select(*chosen).where(*_GOOD), asked).one_or_none()
    return None if row is None else _Row(row.id, row.user_name, row.used_at, row.csrf_hash, row.label)

"""Secrets: hashed at rest, ending when they must, and only for what they were issued for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.access.tokens import TokenKind
from geoservice.db import Database
from geoservice.errors import Conflict, NotFound, NotSignedIn
from geoservice.model import token
from geoservice.model.vocabulary import Role, ScopeKind

NOW = clock.now()
SCOPES = (Scope(ScopeKind.DISTRICT, "QY00000001"), Scope(ScopeKind.PARK, "YQ00000002"))


@pytest.fixture
def staffed(database: Database) -> Database:
    with database.write() as connection:
        accounts.create_account(connection, "zhang", Role.EXPROPRIATION, SCOPES, NOW, "张三")
    return database


def test_an_account_comes_back_as_it_was_made(staffed: Database) -> None:
    with staffed.read() as connection:
        found = accounts.find_account(connection, "zhang")
        assert found is not None
        assert (found.role, found.scopes, found.everywhere, found.anonymous) == (
            Role.EXPROPRIATION,
            SCOPES,
            False,
            False,
        )
        assert accounts.find_account(connection, "li") is None
        assert accounts.list_accounts(connection) == [("zhang", "expropriation", False)]


def test_a_name_is_taken_once(staffed: Database) -> None:
    with pytest.raises(Conflict, match="exists"), staffed.write() as connection:
        accounts.create_account(connection, "zhang", Role.LEADER, (), NOW)


def test_only_hashes_are_kept(staffed: Database) -> None:
    with staffed.write() as connection:
        api = tokens.issue(connection, TokenKind.API, "zhang", NOW, label="qgis")
        link = tokens.issue(connection, TokenKind.SIGN_IN, "zhang", NOW)
        session, csrf, _ = tokens.open_session(connection, link, NOW)
        stored = "\n".join(str(tuple(row)) for row in connection.execute(select(token)))
    assert tokens.hash_secret(api) in stored
    secrets = [api, link, session, csrf]
    assert len(set(secrets)) == 4
    assert [secret for secret in secrets if secret in stored or secret.removeprefix("gs_") in stored] == []
    path = staffed.path
    if path is not None:
        files = [path, Path(f"{path}-wal")]
        bytes_ = b"".join(file.read_bytes() for file in files if file.exists())
        assert tokens.hash_secret(api).encode() in bytes_
        assert [secret for secret in secrets if secret.removeprefix("gs_").encode() in bytes_] == []


def test_a_token_works_until_it_expires(staffed: Database) -> None:
    with staffed.write() as connection:
        secret = tokens.issue(connection, TokenKind.API, "zhang", NOW, lifetime=timedelta(days=1))
        found = tokens.find_bearer(connection, secret, NOW + timedelta(hours=23))
        assert found is not None
        assert found.name == "zhang"
        assert tokens.find_bearer(connection, secret, NOW + timedelta(days=1)) is None
        assert tokens.find_bearer(connection, secret + "x", NOW) is None
        assert tokens.find_bearer(connection, "", NOW) is None


def test_a_revoked_token_stops_at_once(staffed: Database) -> None:
    with staffed.write() as connection:
        kept, lost = (tokens.issue(connection, TokenKind.API, "zhang", NOW, label=n) for n in "ab")
        number = tokens.list_tokens(connection)[1][0]
        tokens.revoke_number(connection, number, NOW)
        assert tokens.find_bearer(connection, lost, NOW) is None
        assert tokens.find_bearer(connection, kept, NOW) is not None
        assert [entry[2:5:2] for entry in tokens.list_tokens(connection)] == [("a", False), ("b", True)]
        with pytest.raises(NotFound, match="no such token"):
            tokens.revoke_number(connection, 999, NOW)


def test_a_secret_is_good_for_its_kind_alone(staffed: Database) -> None:
    with staffed.write() as connection:
        api = tokens.issue(connection, TokenKind.API, "zhang", NOW)
        link = tokens.issue(connection, TokenKind.SIGN_IN, "zhang", NOW)
        assert tokens.find_bearer(connection, link, NOW) is None
        assert tokens.find_session(connection, api, NOW) is None
        assert tokens.find_session(connection, link, NOW) is None
        with pytest.raises(NotSignedIn):
            tokens.open_session(connection, api, NOW)


def test_a_sign_in_link_works_once_with_a_short_grace(staffed: Database) -> None:
    with staffed.write() as connection:
        link = tokens.issue(connection, TokenKind.SIGN_IN, "zhang", NOW)
        first, _, principal = tokens.open_session(connection, link, NOW)
        again, _, _ = tokens.open_session(connection, link, NOW + timedelta(minutes=9))
        assert principal.name == "zhang"
        assert first != again
        with pytest.raises(NotSignedIn, match="used up"):
            tokens.open_session(connection, link, NOW + timedelta(minutes=11))


def test_an_unused_link_expires(staffed: Database) -> None:
    with staffed.write() as connection:
        link = tokens.issue(connection, TokenKind.SIGN_IN, "zhang", NOW)
        with pytest.raises(NotSignedIn):
            tokens.open_session(connection, link, NOW + timedelta(hours=24))


def test_a_session_ends_with_the_day_and_knows_its_csrf_token(staffed: Database) -> None:
    with staffed.write() as connection:
        link = tokens.issue(connection, TokenKind.SIGN_IN, "zhang", NOW)
        secret, csrf, _ = tokens.open_session(connection, link, NOW)
        other = tokens.open_session(connection, link, NOW)[1]
        session = tokens.find_session(connection, secret, NOW)
        assert session is not None
        assert session.accepts_csrf(csrf)
        assert not any(session.accepts_csrf(wrong) for wrong in (None, "", other, csrf + "x"))
        assert tokens.find_session(connection, secret, NOW + timedelta(hours=12)) is None
        tokens.revoke(connection, secret, NOW)
        assert tokens.find_session(connection, secret, NOW) is None


def test_disabling_an_account_ends_everything_of_it(staffed: Database) -> None:
    with staffed.write() as connection:
        api = tokens.issue(connection, TokenKind.API, "zhang", NOW)
        link = tokens.issue(connection, TokenKind.SIGN_IN, "zhang", NOW)
        session, _, _ = tokens.open_session(connection, link, NOW)
        accounts.disable_account(connection, "zhang", NOW)
        assert tokens.find_bearer(connection, api, NOW) is None
        assert tokens.find_session(connection, session, NOW) is None
        with pytest.raises(NotSignedIn, match="disabled"):
            tokens.open_session(connection, link, NOW)
        assert accounts.list_accounts(connection) == [("zhang", "expropriation", True)]
        with pytest.raises(NotFound):
            accounts.disable_account(connection, "nobody", NOW)


def test_the_name_of_a_disabled_account_stays_taken(staffed: Database) -> None:
    with staffed.write() as connection:
        accounts.disable_account(connection, "zhang", NOW)
    with pytest.raises(Conflict), staffed.write() as connection:
        accounts.create_account(connection, "zhang", Role.ADMIN, (), NOW)

"""Signing in and out: cookies, CSRF, and what a stale secret gets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.model.vocabulary import Role
from geoservice.web.app import create_app
from geoservice.web.permission import CSRF_COOKIE, CSRF_HEADER, SESSION_COOKIE
from tests.fixtures.services import Filled


@pytest.fixture
def link(city: Filled) -> str:
    """Return the path of a fresh sign-in link of a leader."""
    with city.service.database.write() as connection:
        accounts.create_account(connection, "wang", Role.LEADER, (), clock.now())
        secret = tokens.issue(connection, tokens.TokenKind.SIGN_IN, "wang", clock.now())
    return f"/sign-in?code={secret}"


def test_a_link_opens_a_session(own: TestClient, link: str) -> None:
    assert own.get("/v1/me").json()["role"] == "public"
    answer = own.get(link, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["cache-control"] == "no-store"
    cookies = {cookie.split("=")[0]: cookie for cookie in answer.headers.get_list("set-cookie")}
    session, csrf = cookies[SESSION_COOKIE], cookies[CSRF_COOKIE]
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "HttpOnly" not in csrf
    assert "SameSite=strict" in csrf
    me = own.get("/v1/me").json()
    assert (me["name"], me["role"], me["csrf_cookie"]) == ("wang", "leader", CSRF_COOKIE)
    assert "audit:read" in me["permissions"]
    assert len(own.get("/v1/projects").json()["features"]) == 8


def test_cookies_are_secure_where_it_is_set(city: Filled, link: str) -> None:
    service = replace(city.service, settings=replace(city.service.settings, secure_cookies=True))
    answer = TestClient(create_app(service)).get(link, follow_redirects=False)
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


def test_signing_out_needs_the_csrf_token(own: TestClient, link: str) -> None:
    own.get(link)
    for headers in ({}, {CSRF_HEADER: "wrong"}, {CSRF_HEADER: ""}):
        refused = own.post("/v1/sign-out", headers=headers)
        assert refused.status_code == 403
        assert CSRF_HEADER in refused.json()["remedy"]
    assert own.get("/v1/me").json()["name"] == "wang"
    session = own.cookies[SESSION_COOKIE]
    assert own.post("/v1/sign-out", headers={CSRF_HEADER: own.cookies[CSRF_COOKIE]}).status_code == 204
    own.cookies.set(SESSION_COOKIE, session)
    assert own.get("/v1/me").json()["name"] == "anonymous", "the session ended on the server too"


def test_a_browser_with_a_stale_cookie_reads_as_public(own: TestClient) -> None:
    own.cookies.set(SESSION_COOKIE, "gs_stale")
    answer = own.get("/v1/projects")
    assert answer.status_code == 200
    assert len(answer.json()["features"]) == 2
    assert answer.headers["cache-control"].startswith("public")


def test_a_bearer_token_is_no_cookie_and_the_other_way_round(
    city: Filled, own: TestClient, link: str
) -> None:
    with city.service.database.write() as connection:
        api = tokens.issue(connection, tokens.TokenKind.API, "wang", clock.now())
    own.cookies.set(SESSION_COOKIE, api)
    assert own.get("/v1/me").json()["name"] == "anonymous"
    own.cookies.clear()
    own.get(link)
    session = own.cookies[SESSION_COOKIE]
    own.cookies.clear()
    assert own.get("/v1/me", headers={"Authorization": f"Bearer {session}"}).status_code == 401
    assert own.get("/v1/me", headers={"Authorization": f"Bearer {api}"}).json()["name"] == "wang"


def test_disabling_an_account_ends_its_session(city: Filled, own: TestClient, link: str) -> None:
    own.get(link)
    with city.service.database.write() as connection:
        accounts.disable_account(connection, "wang", clock.now())
    assert own.get("/v1/me").json()["name"] == "anonymous"
    assert own.get(link, follow_redirects=False).status_code == 401


def test_a_program_needs_no_csrf_token(city: Filled, own: TestClient, link: str) -> None:
    with city.service.database.write() as connection:
        api = tokens.issue(connection, tokens.TokenKind.API, "wang", clock.now())
    assert own.post("/v1/sign-out", headers={"Authorization": f"Bearer {api}"}).status_code == 204


def test_who_i_am_is_never_cached(own: TestClient) -> None:
    assert own.get("/v1/me").headers["cache-control"] == "private, no-store"

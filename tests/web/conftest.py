"""Clients of every role; property tests are judged by what they find, not by how busy the machine is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.web.app import create_app
from tests.fixtures.services import Filled, _gpkg_cities, _postgis_cities, city, empty, standing
from tests.intake.conftest import Corpus

__all__ = ["_gpkg_cities", "_postgis_cities", "city", "empty", "standing"]


@dataclass
class Reader:
    """A client who is somebody."""

    client: TestClient
    headers: dict[str, str]

    def get(self, path: str, **options: Any) -> Any:
        """Ask for a path."""
        return self.client.get(path, headers={**self.headers, **options.pop("headers", {})}, **options)

    def features(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return the features of a collection, which must be answered."""
        response = self.get(path, params=params)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/geo+json"
        found: list[dict[str, Any]] = response.json()["features"]
        return found


As = Callable[..., Reader]


@pytest.fixture(scope="session")
def _apps() -> dict[str, FastAPI]:
    """Keep the applications of the shared cities: making one takes longer than asking it."""
    return {}


@pytest.fixture
def client(standing: Filled, engine_kind: str, _apps: dict[str, FastAPI]) -> TestClient:
    """Return an anonymous client of the shared city; the daily rollover does not run."""
    if engine_kind not in _apps:
        _apps[engine_kind] = create_app(standing.service)
    return TestClient(_apps[engine_kind], raise_server_exceptions=False)


@pytest.fixture
def own(city: Filled) -> TestClient:
    """Return an anonymous client of a city of the test's own."""
    return TestClient(create_app(city.service), raise_server_exceptions=False)


@pytest.fixture
def as_role(client: TestClient, standing: Filled) -> As:
    """Return a way to become somebody in the shared city: ``as_role("land")``, ``as_role("land", Scope(…))``."""
    return lambda role, *scopes: reader(client, standing, Role(role), scopes)


def reader(client: TestClient, filled: Filled, role: Role, scopes: tuple[Scope, ...] = ()) -> Reader:
    """Return a client with an API token of an account of that role; the public has none."""
    if role is Role.PUBLIC:
        return Reader(client, {})
    name = f"{role.value}-{'-'.join(f'{scope.kind}{scope.key}' for scope in scopes) or 'city'}"
    with filled.service.database.write() as connection:
        if accounts.find_account(connection, name) is None:
            reach = scopes or (Scope(ScopeKind.CITY),)
            accounts.create_account(connection, name, role, reach, clock.now())
        secret = tokens.issue(connection, tokens.TokenKind.API, name, clock.now())
    return Reader(client, {"Authorization": f"Bearer {secret}"})


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Return a folder to write files into."""
    return Corpus(tmp_path)

"""A plain HTTP client that keeps its connection, as a browser or GDAL does."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from benchmarks.measure import Call


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Client:
    """Asks one server.

    Attributes
    ----------
    port : int
        Where it listens on the loopback.
    headers : mapping of str to str
        Sent with every request.
    """

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask once."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            return _ask(connection, path, {**self.headers, **(headers or {})})

    @contextmanager
    def asking(self, path: str, headers: Mapping[str, str], status: int) -> Iterator[Call]:
        """Yield a call that asks the same over one kept connection; another status than this is an error."""
        sent = {**self.headers, **headers}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:

            def call() -> None:
                answer = _ask(connection, path, sent)
                if answer.status != status:
                    raise RuntimeError(f"{path} answered {answer.status}: {answer.body[:300]!r}")

            yield call


def _ask(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> Answer:
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    body = response.read()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

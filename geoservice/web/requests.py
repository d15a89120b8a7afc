"""Every request: an identifier, the time limit, one line in the log, and its place in the metrics."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from geoservice.db.watch import Tally, limited
from geoservice.logs import DETAILS, request_id
from geoservice.web.metrics import Metrics
from geoservice.web.middleware import Asgi, Message, Receive, Scope, Send
from geoservice.web.permission import READER

logger = logging.getLogger("geoservice.requests")

HEADER: Final = "x-request-id"

_SANE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}")
_SECRET: Final = frozenset({"code", "token", "password", "key", "access_token"})
_SHORTENED: Final = frozenset({"cursor"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """Number, limit, log and count every request.

    Parameters
    ----------
    app : Asgi
        What answers.
    metrics : Metrics
        Where requests are counted.
    """

    def __init__(self, app: Asgi, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(_identifier(scope))
        # Not taken back: the handler of unexpected errors stands outside of every middleware.
        request_id.set(answer.identifier)

        async def watched(message: Message) -> None:
            await send(answer.seen(message))

        with self.metrics.in_flight.track_inprogress(), limited() as tally:
            try:
                await self.app(scope, receive, watched)
            except Exception:
                answer.status = answer.status or 500
                raise
            finally:
                self._note(scope, answer, tally)

    def _note(self, scope: Scope, answer: _Answer, tally: Tally) -> None:
        took = time.perf_counter() - answer.began
        route = _route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        # A client that left before the answer began is a request without status.
        status = str(answer.status or 499)
        self.metrics.requests.labels(method, route, status).inc()
        self.metrics.seconds.labels(route).observe(took)
        self.metrics.sent.labels(route).inc(answer.sent)
        if logger.isEnabledFor(logging.INFO):
            reader = scope.get(READER)
            details = {
                "method": scope["method"],
                "path": scope["path"],
                "query": _query(scope["query_string"]),
                "route": route,
                "status": int(status),
                "ms": round(took * 1000, 1),
                "bytes": answer.sent,
                "statements": tally.statements,
                "database_ms": round(tally.seconds * 1000, 1),
                "role": reader.role.value if reader else None,
                "user": reader.name if reader and not reader.anonymous else None,
                "agent": _header(scope, b"user-agent")[:200] or None,
            }
            logger.info("request", extra={DETAILS: details})


@dataclass
class _Answer:
    identifier: str
    began: float = field(default_factory=time.perf_counter)
    status: int = 0
    sent: int = 0

    def seen(self, message: Message) -> Message:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: Iterable[Any] = message.get("headers", ())
            message["headers"] = [*headers, (HEADER.encode(), self.identifier.encode())]
        elif message["type"] == "http.response.body":
            self.sent += len(message.get("body", b""))
        return message


def _identifier(scope: Scope) -> str:
    """Take the caller's identifier where it is fit for a log, else make one."""
    given = _header(scope, HEADER.encode())
    return given if _SANE.fullmatch(given) else secrets.token_hex(8)


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for each, value in scope["headers"] if each == name), "")


def _route(scope: Scope) -> str:
    """Return the template of the path: what has no template shares one name, or every guess would be a series."""
    route = scope.get("route")
    path: str | None = getattr(route, "path_format", None) or getattr(route, "path", None)
    if path:
        return path
    return "/static" if "/static/" in scope["path"] else "unmatched"


def _query(raw: bytes) -> str:
    """Return the question without what opens doors; a cursor is shortened, since nobody reads it."""
    pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
    shown = [
        (name, "…" if name.lower() in _SECRET else f"{value[:8]}…" if name in _SHORTENED else value[:1000])
        for name, value in pairs
    ]
    return urlencode(shown, safe=",:/()'* …", encoding="utf-8")[:4000]

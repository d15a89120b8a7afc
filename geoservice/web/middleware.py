"""What wraps every request: HEAD as GET without a body, security headers, request size, the language of pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.responses import Response

from geoservice.web.language import COOKIE
from geoservice.web.problems import problem
from geoservice.wording import LANGUAGES

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"SAMEORIGIN"),
)


class HeadAsGet:
    """Answer HEAD as GET would be answered, without the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET"}
        try:
            await self.app(inner, receive, without_body)
        finally:
            # What the answer left in the scope, the middleware outside looks for.
            scope.update({**inner, "method": "HEAD"})


class BodyLimit:
    """Refuse a body larger than allowed: at once where its length is told, else as soon as it is.

    Parameters
    ----------
    app : Asgi
        What answers.
    most : int
        Bytes of a body at most.
    most_upload : int
        Bytes of a file handed in, or of a form with files, at most; they are kept on disk while they arrive.
    """

    def __init__(self, app: Asgi, most: int, most_upload: int) -> None:
        self.app = app
        self.most = most
        self.most_upload = most_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        kind = headers.get(b"content-type", b"").lower()
        # A file that is streamed to disk as it is, or a form that carries one.
        upload = kind.startswith(b"multipart/form-data") or (
            kind == b"application/octet-stream" and "/v1/imports" in scope["path"]
        )
        most = self.most_upload if upload else self.most
        told = headers.get(b"content-length", b"0")
        if not told.isdigit() or int(told) > most:
            await _too_large(most)(scope, receive, send)
            return
        taken = 0
        started = False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _BodyTooLarge
            return message

        async def noticed(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, counted, noticed)
        except _BodyTooLarge:
            if started:
                raise
            await _too_large(most)(scope, receive, send)


class _BodyTooLarge(BaseException):
    """Not an ``Exception``: no handler of a framework between here and there may make another answer of it."""


def _too_large(most: int) -> Response:
    return problem(
        413,
        "The body of this request is too large",
        value=f"over {most // 1_000_000} MB",
        remedy="Send it in parts, or import the file with: geoservice import.",
        code="too_large",
    )


class SecurityHeaders:
    """Send the headers that keep a browser from guessing types, framing us, or telling others where it was."""

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                held = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in _SECURITY if h[0] not in held)]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


_YEAR_S: Final = 365 * 24 * 3600


class RememberLanguage:
    """Keep a language that an address names in a cookie, and tell caches that pages depend on it.

    Parameters
    ----------
    app : Asgi
        What answers.
    path : str
        Under which path the service lies.
    """

    def __init__(self, app: Asgi, path: str) -> None:
        self.app = app
        self.path = path or "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        chosen = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]

        async def remembered(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                message = {**message, "headers": self._headers(message["headers"], chosen)}
            await send(message)

        await self.app(scope, receive, remembered)

    def _headers(self, headers: list[tuple[bytes, bytes]], chosen: str) -> list[tuple[bytes, bytes]]:
        kept = [(name, value) for name, value in headers if name.lower() != b"vary"]
        vary = [value.decode() for name, value in headers if name.lower() == b"vary"]
        kept.append((b"vary", ", ".join(dict.fromkeys([*vary, "Cookie"])).encode()))
        if chosen in LANGUAGES:
            cookie = f"{COOKIE}={chosen}; Path={self.path}; Max-Age={_YEAR_S}; SameSite=Lax"
            kept.append((b"set-cookie", cookie.encode()))
        return kept


def _is_page(message: Message) -> bool:
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return bool(kinds) and kinds[0].startswith(b"text/html")

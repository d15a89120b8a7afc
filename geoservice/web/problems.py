"""Errors as ``application/problem+json`` (RFC 9457), for people as a page: subject, value, remedy.

A 500 leaks nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from geoservice.errors import (
    Busy,
    Conflict,
    Forbidden,
    GeoserviceError,
    InvalidInput,
    NotAcceptable,
    NotFound,
    NotSignedIn,
    Stale,
    TimeLimit,
    TooLarge,
    Unavailable,
    Unconditional,
)
from geoservice.logs import request_id
from geoservice.sentences import in_language
from geoservice.web.language import Language, of_problem
from geoservice.web.problem_pages import problem_page, wants_page

logger = logging.getLogger("geoservice.web")

STATUS: Final[Mapping[type[GeoserviceError], int]] = {
    InvalidInput: 400,
    NotSignedIn: 401,
    Forbidden: 403,
    NotFound: 404,
    NotAcceptable: 406,
    Conflict: 409,
    Stale: 412,
    Unconditional: 428,
    TooLarge: 413,
    Unavailable: 503,
    TimeLimit: 504,
}


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem document."""
    app.add_exception_handler(GeoserviceError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    status: int,
    title: str,
    *,
    value: Any = None,
    remedy: str = "",
    code: str = "error",
    language: Language = "en",
) -> Response:
    """Return a problem document in a language; never cached."""
    document = {
        "type": "about:blank",
        "status": status,
        "title": in_language(title, language),
        "code": code,
        "value": None if value is None else str(value)[:500],
        "remedy": in_language(remedy, language),
    }
    # A 500 is answered outside every middleware, so that this header is set here.
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": "zh-CN" if language == "zh" else "en",
        "X-Content-Type-Options": "nosniff",
    }
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        headers["Retry-After"] = "5"
    return Response(orjson.dumps(document), status, headers, "application/problem+json")


def status_of(error: GeoserviceError) -> int:
    """Return the HTTP status of an error of ours."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def _told(
    request: Request, status: int, title: str, *, value: Any = None, remedy: str = "", code: str = "error"
) -> Response:
    """Tell a person by a page, a program by a document; a program that asks for no language is answered in English."""
    if wants_page(request):
        return problem_page(request, status, title, value, remedy)
    language = of_problem(request)
    return problem(status, title, value=value, remedy=remedy, code=code, language=language)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, GeoserviceError)
    status = status_of(error)
    if status == 503:
        logger.warning("%s %s: %s", request.method, request.url.path, error)
    if status == 503 and not isinstance(error, Busy):
        subject, remedy = "The database cannot be used right now", "Try again in a moment."
        return _told(request, 503, subject, remedy=remedy, code=error.code)
    return _told(request, status, error.subject, value=error.value, remedy=error.remedy, code=error.code)


def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    unknown = first["type"] == "extra_forbidden"
    title = f"Unknown parameter {name}" if unknown else f"Parameter {name}: {first['msg']}"
    remedy = (
        "Leave it out; /docs lists what there is." if unknown else "Correct it; /docs says what it takes."
    )
    return _told(request, 400, title, value=first.get("input"), remedy=remedy, code="invalid_input")


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = _told(request, error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _unexpected(request: Request, error: Exception) -> Response:
    logger.exception("%s %s failed", request.method, request.url.path, exc_info=error)
    subject, remedy = "Something went wrong inside the service", "Try again; the log knows more."
    response = _told(request, 500, subject, remedy=remedy)
    if (number := request_id.get()) is not None:
        response.headers["X-Request-Id"] = number
    return response

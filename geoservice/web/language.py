"""Which language a page speaks: what the address says, else what was chosen last, else what the browser prefers."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Request

from geoservice.wording import LANGUAGES

Language = Literal["zh", "en"]
COOKIE: Final = "geoservice_lang"
_PARAMETER: Final = "^(zh|en)$"


def preferred(request: Request) -> Language:
    """Return the language of who asks: ``?lang=``, the cookie, ``Accept-Language`` (RFC 9110, 12.5.4), Chinese."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return _language(chosen)
    return accepted(request.headers.get("accept-language", ""))


def asks_for_language(request: Request) -> bool:
    """Tell whether a request says at all which language it wants; a program's mostly do not."""
    chosen = request.query_params.get("lang") or request.cookies.get(COOKIE)
    return chosen in LANGUAGES or request.headers.get("accept-language", "*") != "*"


def accepted(header: str) -> Language:
    """Return the language a browser prefers most of ours, Chinese where it names neither.

    >>> accepted("en-GB,en;q=0.9,zh-CN;q=0.4"), accepted("zh-CN,zh;q=0.9,en;q=0.8"), accepted("fr"), accepted("")
    ('en', 'zh', 'zh', 'zh')
    """
    best: tuple[float, str] = (0.0, LANGUAGES[0])
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        quality = _quality(weight)
        if language in LANGUAGES and quality > best[0]:
            best = (quality, language)
    return _language(best[1])


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _language(text: str) -> Language:
    return "en" if text == "en" else "zh"


async def _spoken(
    request: Request, lang: Annotated[str | None, Query(pattern=_PARAMETER, description="zh or en")] = None
) -> Language:
    return preferred(request) if lang is None else _language(lang)


Spoken = Annotated[Language, Depends(_spoken)]
"""The language a page is asked for in."""

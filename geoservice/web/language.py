"""Which language is spoken: pages are Chinese unless switched, errors to programs follow what the program asks for."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Request

from geoservice.wording import LANGUAGES

Language = Literal["zh", "en"]
COOKIE: Final = "geoservice_lang"
_PARAMETER: Final = "^(zh|en)$"


def preferred(request: Request) -> Language:
    """Return the language of a page: ``?lang=``, else what was switched to last, else Chinese.

    The browser is not asked: a Chinese office with a browser in English would be shown English it never chose.
    """
    return _language(_switched(request) or LANGUAGES[0])


def of_problem(request: Request) -> Language:
    """Return the language of a problem document: as switched, else ``Accept-Language`` (RFC 9110, 12.5.4), else English.

    English where nothing is asked for: so speak the programs of others, and their logs.
    """
    header = request.headers.get("accept-language", "*")
    return _language(_switched(request) or ("en" if header == "*" else accepted(header)))


def _switched(request: Request) -> str | None:
    found = (request.query_params.get("lang"), request.cookies.get(COOKIE))
    return next((chosen for chosen in found if chosen in LANGUAGES), None)


def accepted(header: str) -> Language:
    """Return the language a program prefers most of ours, Chinese where it names neither.

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

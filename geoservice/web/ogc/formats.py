"""Which format an answer takes: by ``f`` where it is said, else by ``Accept`` (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from geoservice.errors import InvalidInput, NotAcceptable
from geoservice.registry.features import FeatureQuery
from geoservice.service import Service
from geoservice.web.ogc.addresses import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from geoservice.web.ogc.opened import Opened


@dataclass(frozen=True)
class Format:
    """A format of answers.

    Attributes
    ----------
    name : str
        What ``f`` calls it.
    media_type : str
        What it is sent as.
    accepts : tuple of str
        Media types of ``Accept`` it answers to, besides its own.
    """

    name: str
    media_type: str
    accepts: tuple[str, ...] = ()


@dataclass(frozen=True)
class BulkRequest:
    """All features of a question, wanted as one file.

    Attributes
    ----------
    request : Request
        What was asked.
    service : Service
        The service.
    connection : Connection
        Reading transaction, closed when the answer has been made.
    opened : Opened
        The collection.
    query : FeatureQuery
        The question.
    headers : mapping of str to str
        Headers of the answer: ETag, caching.
    """

    request: Request
    service: Service
    connection: Connection
    opened: Opened
    query: FeatureQuery
    headers: Mapping[str, str]


@dataclass(frozen=True)
class BulkFormat(Format):
    """A format in which a collection is handed over whole.

    Attributes
    ----------
    title : str
        What a link to it is called.
    answer : callable
        Makes the answer.
    """

    title: str = ""
    answer: Callable[[BulkRequest], Response] | None = None


JSON_FORMAT: Final = Format("json", JSON)
GEOJSON_FORMAT: Final = Format("json", GEOJSON, (JSON,))
SCHEMA_FORMAT: Final = Format("json", SCHEMA, (JSON,))
OPENAPI_FORMAT: Final = Format("json", OPENAPI, ("application/vnd.oai.openapi+json", JSON))
HTML_FORMAT: Final = Format("html", "text/html; charset=utf-8", (HTML, "application/xhtml+xml"))


def choose(request: Request, formats: Sequence[Format]) -> Format:
    """Return the format to answer in; the first is what a client without a wish gets.

    Raises
    ------
    InvalidInput
        If ``f`` names none of them.
    NotAcceptable
        If ``Accept`` takes none of them.
    """
    wanted = request.query_params.get("f")
    if wanted is not None:
        found = next((each for each in formats if each.name == wanted), None)
        if found is None:
            names = ", ".join(dict.fromkeys(each.name for each in formats))
            raise InvalidInput("f names no format of this resource", wanted, f"Use one of: {names}.")
        return found
    accept = request.headers.get("accept", "*/*").strip() or "*/*"
    weighed = [(_weight(accept, each), -position, each) for position, each in enumerate(formats)]
    best = max(weighed, key=lambda entry: entry[:2])
    if best[0] <= 0:
        raise NotAcceptable(
            "None of the formats there are is one this client takes",
            accept,
            f"Accept one of: {', '.join(each.media_type for each in formats)}.",
        )
    return best[2]


def _weight(accept: str, each: Format) -> float:
    """Return how much a client wants a format: the quality of the most telling range that fits."""
    best = (0, 0.0)
    for part in accept.split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        quality = _quality(parameters)
        for offered in (each.media_type.partition(";")[0], *each.accepts):
            fit = _fit(media_range.lower(), offered)
            if fit:
                best = max(best, (fit, quality))
    return best[1]


def _fit(media_range: str, offered: str) -> int:
    if media_range == offered:
        return 3
    if media_range.endswith("/*") and offered.startswith(media_range[:-1]):
        return 2
    return 1 if media_range == "*/*" else 0


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0

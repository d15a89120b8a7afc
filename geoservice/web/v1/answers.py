"""What every report shares: its parameters, and its answer as GeoJSON, as a list or as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

import orjson
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.responses import Response

from geoservice import clock
from geoservice.access.principals import Principal
from geoservice.errors import InvalidInput
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.reporting.table import columns_of, csv_text
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.geojson import MEDIA_TYPE
from geoservice.web.questions import When, parse_day

_CSV: Final = "text/csv; charset=utf-8"
_PLACE = Annotated[
    str | None, Field(max_length=2000, description="Key, code or full name; several by commas.")
]


class Placed(When):
    """A day and a part of the city."""

    park: _PLACE = None
    district: _PLACE = None

    def filters(self) -> Filters:
        """Return the part of the city as filters every collection of land and projects takes."""
        return placed(park=self.park, district=self.district)


class Period(BaseModel):
    """Two dates and a part of the city."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: Annotated[str, Field(alias="from", description="First day.", examples=["2026-09-01"])]
    to: Annotated[str | None, Field(description="Last day; default today.", examples=["2026-11-23"])] = None
    park: _PLACE = None
    district: _PLACE = None

    def days(self) -> tuple[date, date]:
        """Return both days.

        Raises
        ------
        InvalidInput
            If the period ends before it begins.
        """
        start = parse_day(self.from_, "from")
        end = clock.today() if self.to is None else parse_day(self.to, "to")
        if end < start:
            raise InvalidInput("The period ends before it begins", f"{start}/{end}", "Swap the two dates.")
        return start, end

    def filters(self) -> Filters:
        """Return the part of the city as filters."""
        return placed(park=self.park, district=self.district)


@dataclass(frozen=True)
class Answer:
    """What a report says: a head, and rows as features.

    Attributes
    ----------
    head : mapping
        What stands above the rows.
    features : sequence of dict
        GeoJSON features.
    """

    head: Mapping[str, Any]
    features: Sequence[dict[str, Any]]


def question(
    service: Service, principal: Principal, name: str, moment: Moment, filters: Filters
) -> FeatureQuery:
    """Return the one question a report rests on."""
    view = service.policy.view(principal, name)
    return FeatureQuery(COLLECTIONS[name], moment, principal, view, filters)


def represent(answer: Answer, form: str, principal: Principal, etag: str) -> Response:
    """Return an answer as GeoJSON, as a list without shapes, or as a table: the same rows each time."""
    rows = [feature["properties"] for feature in answer.features]
    if form == "csv":
        return csv_answer(principal, etag, rows, columns_of(rows))
    if form == "json":
        return json_answer({**answer.head, "rows": rows}, principal, etag)
    document = {"type": "FeatureCollection", **answer.head, "features": answer.features}
    return json_answer(document, principal, etag, MEDIA_TYPE)


def placed(**given: str | None) -> Filters:
    """Return filters by the places that are named."""
    return Filters(equal={name: split(name, text) for name, text in given.items() if text is not None})


def split(name: str, text: str) -> tuple[str, ...]:
    """Return the values a parameter names.

    Raises
    ------
    InvalidInput
        If it names none.
    """
    values = tuple(part.strip() for part in text.split(",") if part.strip())
    if not values:
        raise InvalidInput(f"{name} is empty", text, "Name a value or leave it out.")
    return values


def revalidated(
    request: Request,
    connection: Connection,
    service: Service,
    query: FeatureQuery,
    make: Callable[[str], Response],
    further: tuple[str, ...] = (),
) -> Response:
    """Answer 304 where the client holds this representation, else with what `make` builds."""
    words = f"{request.url.path}?{sorted(request.query_params.items())}"
    return caching.revalidated(request, connection, service, query, words, make, further)


def json_answer(
    document: Any, principal: Principal, etag: str, media_type: str = "application/json"
) -> Response:
    """Return a document as JSON."""
    return Response(orjson.dumps(document), 200, caching.cache_headers(principal, etag), media_type)


def csv_answer(
    principal: Principal, etag: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]
) -> Response:
    """Return rows as a table."""
    headers = caching.cache_headers(principal, etag) | {
        "Content-Disposition": 'inline; filename="report.csv"'
    }
    return Response(csv_text(rows, columns).encode(), 200, headers, _CSV)

"""Query parameters of items: each known, each said once, each right, or the request is refused (OGC 17-069r4, 7.15)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from starlette.datastructures import QueryParams

from geoservice import clock
from geoservice.errors import Forbidden, InvalidInput
from geoservice.geo.served import ServedCrs
from geoservice.registry.cql import parse_json, parse_text
from geoservice.registry.cql.move import moved
from geoservice.registry.cql.scope import kind_of
from geoservice.registry.features import Rendition
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.registry.settings import City
from geoservice.registry.sorting import MAX_SORTS, Sort, sort_columns
from geoservice.web.ogc.opened import Opened
from geoservice.web.ogc.systems import read_box, served_crs
from geoservice.web.questions import DEFAULT_LIMIT, MAX_LIMIT, When, parse_day

MAX_OFFSET: Final = 10_000_000
OF_ITEM: Final = frozenset({"f", "lang", "crs", "datetime", "known_on", "properties", "skipGeometry"})
OF_ITEMS: Final = OF_ITEM | {
    "bbox",
    "bbox-crs",
    "limit",
    "offset",
    "cursor",
    "q",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "resulttype",
    "skipCount",
}
LANGUAGES: Final = ("cql2-text", "cql2-json", "cql-text")


@dataclass(frozen=True)
class Asked:
    """What is asked of the items of a collection.

    Attributes
    ----------
    moment : Moment
        The day, and what was known by when.
    filters : Filters
        What narrows the question.
    sort : tuple of Sort
        The order.
    rendition : Rendition
        How features are written.
    limit, offset : int
        Features of a page, and how many to pass over.
    cursor : str or None
        Where the page before ended.
    hits : bool
        Whether only the number is wanted.
    counted : bool
        Whether the number is wanted at all.
    """

    moment: Moment
    filters: Filters
    sort: tuple[Sort, ...]
    rendition: Rendition
    limit: int
    offset: int
    cursor: str | None
    hits: bool
    counted: bool


def single_values(params: QueryParams, allowed: Iterable[str]) -> dict[str, str]:
    """Return the parameters by name.

    Raises
    ------
    InvalidInput
        If one is unknown or said twice.
    """
    known = set(allowed)
    values: dict[str, str] = {}
    for name, value in params.multi_items():
        if name not in known:
            raise InvalidInput(
                f"Unknown parameter {name}", value, "Leave it out; /ogc/api lists what there is."
            )
        if name in values:
            raise InvalidInput(f"Parameter {name} is said twice", value, "Say it once.")
        values[name] = value
    return values


def read_asked(params: QueryParams, opened: Opened, city: City, posted: Any = None) -> Asked:
    """Read what is asked of the items of a collection; `posted` is a CQL2 filter sent as the body.

    Raises
    ------
    InvalidInput
        If a parameter is unknown, said twice or wrong.
    Forbidden
        If one names a field the reader does not see.
    """
    fields = opened.collection.relation(Moment.today(), opened.view).fields
    given = single_values(params, OF_ITEMS | set(map(str, fields)))
    box, shape = _box(given, city)
    parts = [shape, _filter(given, city), posted, *_by_field(given, fields)]
    return Asked(
        moment=moment_of(given),
        filters=Filters(
            bbox=box,
            text=given["q"].strip() or None if "q" in given else None,
            equal=opened.narrowed,
            cql=_joined([part for part in parts if part is not None]),
        ),
        sort=_sorts(given, opened),
        rendition=rendition_of(given, opened, city),
        limit=min(_whole(given, "limit", 1, 2**31, DEFAULT_LIMIT), MAX_LIMIT),
        offset=_whole(given, "offset", 0, MAX_OFFSET, 0),
        cursor=given.get("cursor"),
        hits=_choice(given, "resulttype", ("results", "hits"), "results") == "hits",
        counted=not _flag(given, "skipCount"),
    )


def moment_of(given: Mapping[str, str]) -> Moment:
    """Return the moment asked about; of an interval the day nearest to today."""
    text = given.get("datetime")
    when = When(known_on=given.get("known_on"))
    if text is None:
        return when.moment()
    if "/" not in text:
        return replace(when.moment(), day=parse_day(text, "datetime"))
    return replace(when.moment(), day=_nearest(text))


def _nearest(text: str) -> date:
    first, _, last = text.partition("/")
    # QGIS writes the year 0 for "from ever on" (qgsoapifprovider.cpp).
    start = None if first in ("", "..") or first.startswith("0000-") else parse_day(first, "datetime")
    end = None if last in ("", "..") else parse_day(last, "datetime")
    if start is not None and end is not None and end < start:
        raise InvalidInput("The interval ends before it begins", text, "Swap its two ends.")
    if start is None and end is None:
        raise InvalidInput("The interval has no end at all", text, "Leave datetime out, or name one end.")
    day = clock.today()
    day = day if end is None else min(day, end)
    return day if start is None else max(day, start)


def rendition_of(given: Mapping[str, str], opened: Opened, city: City) -> Rendition:
    """Return how features are to be written."""
    names = None
    if "properties" in given:
        names = tuple(dict.fromkeys(filter(None, given["properties"].split(","))))
        fields = opened.collection.relation(Moment.today(), opened.view).fields
        for name in names:
            if name in fields and not opened.view.shows(name):
                raise Forbidden("This role does not see this field", name, "Drop it from properties.")
            if name not in fields:
                raise InvalidInput("There is no such field", name, "The schema lists what there is.")
    crs = served_crs(given["crs"], "crs", city) if "crs" in given else None
    return Rendition(names, not _flag(given, "skipGeometry"), crs)


def _box(given: Mapping[str, str], city: City) -> tuple[tuple[float, float, float, float] | None, Any]:
    served = served_crs(given["bbox-crs"], "bbox-crs", city) if "bbox-crs" in given else None
    if "bbox" not in given:
        return None, None
    box, shape = read_box(given["bbox"], served)
    if shape is None:
        return box, None
    return None, {"op": "s_intersects", "args": [{"property": "geometry"}, shape]}


def _filter(given: Mapping[str, str], city: City) -> Any:
    language = _choice(given, "filter-lang", LANGUAGES, "cql2-text")
    served: ServedCrs | None = None
    if "filter-crs" in given:
        served = served_crs(given["filter-crs"], "filter-crs", city)
    if "filter" not in given:
        return None
    tree = parse_json(given["filter"]) if language == "cql2-json" else parse_text(given["filter"])
    return tree if served is None else moved(tree, served)


def _by_field(given: Mapping[str, str], fields: Mapping[str, Any]) -> list[Any]:
    """Return the filters of queryables as parameters (OGC 19-079r2, 7.3): equality."""
    return [
        {"op": "=", "args": [{"property": name}, _literal(name, value, kind_of(fields[name]))]}
        for name, value in given.items()
        if name in fields and name not in OF_ITEMS
    ]


def _literal(name: str, value: str, kind: str) -> Any:
    if kind == "boolean":
        if value not in ("true", "false"):
            raise InvalidInput(f"{name} must be true or false", value, "Write true or false.")
        return value == "true"
    if kind == "number":
        try:
            return float(value)
        except ValueError:
            raise InvalidInput(f"{name} must be a number", value, "Write a number.") from None
    return value


def _joined(parts: list[Any]) -> Any:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"op": "and", "args": parts}


_SORT: Final = re.compile(r"([+-]?)(.+)")


def _sorts(given: Mapping[str, str], opened: Opened) -> tuple[Sort, ...]:
    if "sortby" not in given:
        return ()
    # A plus sign that nobody escaped arrives as a space.
    named = [_SORT.fullmatch(part.strip()) for part in given["sortby"].split(",")]
    sorts = tuple(Sort(found.group(2), found.group(1) == "-") for found in named if found is not None)
    if len(sorts) != len(named) or len(sorts) > MAX_SORTS or len({s.field for s in sorts}) < len(sorts):
        raise InvalidInput(
            "sortby is not a list of fields",
            given["sortby"],
            f"Write sortby=-area_m2,name; at most {MAX_SORTS}.",
        )
    sort_columns(opened.collection.relation(Moment.today(), opened.view), opened.view, sorts)
    return sorts


def _whole(given: Mapping[str, str], name: str, low: int, high: int, default: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,12}", text) or not low <= int(text) <= high:
        raise InvalidInput(f"{name} is not a whole number in range", text, f"Write one from {low} to {high}.")
    return int(text)


def _choice(given: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    found = given.get(name, default)
    if found not in choices:
        raise InvalidInput(f"{name} has no such value", found, f"Use one of: {', '.join(choices)}.")
    return found


def _flag(given: Mapping[str, str], name: str) -> bool:
    return _choice(given, name, ("true", "false"), "false") == "true"

"""Query parameters into one question: strict, typed, and the same for every collection."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from geoservice import clock
from geoservice.clock import SHANGHAI
from geoservice.errors import InvalidInput
from geoservice.geo.bbox import parse_bbox
from geoservice.model import vocabulary
from geoservice.model.vocabulary import Vocabulary
from geoservice.registry.collections import Collection
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment

DEFAULT_LIMIT: Final = 1000
MAX_LIMIT: Final = 10_000

VOCABULARIES: Final[dict[tuple[str, str], type[Vocabulary]]] = {
    ("parks", "level"): vocabulary.ParkLevel,
    ("zones", "kind"): vocabulary.ZoneKind,
    ("parcels", "state"): vocabulary.ParcelState,
    ("availability", "state"): vocabulary.ParcelState,
    ("availability", "status"): vocabulary.VerdictStatus,
    ("projects", "stage"): vocabulary.Stage,
    ("projects", "stage_group"): vocabulary.StageGroup,
    ("projects", "level"): vocabulary.ProjectLevel,
    ("projects", "category"): vocabulary.ProjectCategory,
    ("projects", "side_state"): vocabulary.SideState,
    ("demolition", "state"): vocabulary.TaskState,
    ("demolition", "public_state"): vocabulary.PublicTaskState,
    ("demolition", "land_kind"): vocabulary.LandKind,
    ("layers", "kind"): vocabulary.LayerKind,
}


class When(BaseModel):
    """The date parameters every read takes."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    datetime_: Annotated[
        str | None,
        Field(
            alias="datetime",
            description="Day of validity, `YYYY-MM-DD` or an instant (its Shanghai day); default today.",
            examples=["2026-09-30"],
        ),
    ] = None
    known_on: Annotated[
        str | None,
        Field(
            description="Answer with what was known at the end of this Shanghai day; default all known now."
        ),
    ] = None

    def moment(self) -> Moment:
        """Return the moment asked about."""
        day = clock.today() if self.datetime_ is None else parse_day(self.datetime_, "datetime")
        return Moment(day, None if self.known_on is None else _end_of(parse_day(self.known_on, "known_on")))


class Narrowing(When):
    """The parameters every collection takes."""

    bbox: Annotated[
        str | None,
        Field(description="`minx,miny,maxx,maxy` in degrees (CRS84).", examples=["119.4,33.1,119.6,33.3"]),
    ] = None
    q: Annotated[
        str | None,
        Field(max_length=100, description="Text in name or code; Chinese, pinyin or pinyin initials."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Features a page.")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=2000, description="Where the page before ended.")] = None


def parameters_of(collection: Collection) -> type[Narrowing]:
    """Return the parameter model of a collection: the common ones and its own filters."""
    fields: dict[str, Any] = {}
    for name in collection.equal:
        words = VOCABULARIES.get((collection.name, name))
        choices = (
            f" One or more of: {', '.join(words)}; separated by commas." if words else " Several by commas."
        )
        fields[name] = (
            Annotated[str | None, Field(max_length=2000, description=f"Filter by `{name}`.{choices}")],
            None,
        )
    if collection.area is not None:
        for bound in ("area_min_m2", "area_max_m2"):
            text = f"Bound of `{collection.area}` in m², inclusive."
            fields[bound] = (Annotated[float | None, Field(ge=0, le=1e13, description=text)], None)
    return create_model(f"{collection.name.title().replace('_', '')}Query", __base__=Narrowing, **fields)


def filters_of(collection: Collection, parameters: Narrowing) -> Filters:
    """Turn parsed parameters into filters.

    Raises
    ------
    InvalidInput
        If a value is no code of its vocabulary, or the bbox is not one.
    """
    given = parameters.model_dump()
    equal = {name: _values(collection.name, name, given[name]) for name in collection.equal if given[name]}
    return Filters(
        bbox=parse_bbox(parameters.bbox) if parameters.bbox else None,
        text=parameters.q.strip() if parameters.q and parameters.q.strip() else None,
        equal=equal,
        area_min_m2=given.get("area_min_m2"),
        area_max_m2=given.get("area_max_m2"),
    )


def parse_day(text: str, parameter: str) -> date:
    """Read a day, or the Shanghai day of an instant.

    Raises
    ------
    InvalidInput
        If it is neither.
    """
    try:
        if "T" not in text and " " not in text:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{parameter} is not a date", text, "Write it as 2026-09-30.") from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def _values(collection: str, name: str, text: str) -> tuple[str, ...]:
    values = tuple(part.strip() for part in text.split(",") if part.strip())
    if not values:
        raise InvalidInput(f"{name} is empty", text, "Name a value or leave it out.")
    words = VOCABULARIES.get((collection, name))
    if words is None:
        return values
    found = [words.recognise(value) for value in values]
    if None in found:
        raise InvalidInput(f"{name} has no such value", text, f"Use one of: {', '.join(words)}.")
    return tuple(member.value for member in found if member is not None)

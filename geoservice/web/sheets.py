"""Sheets, pictures and books of a named map: the same question as the page, set on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy import Connection

from geoservice.access.principals import Principal
from geoservice.cartography import PUBLIC_NOTICE, Page, Text, find_definition
from geoservice.cartography.palettes import STAGE_COLOURS
from geoservice.cartography.paper import Entry, Fact, Line, Paper, typeset_book, typeset_sheet
from geoservice.cartography.paper.figures import value_text
from geoservice.errors import InvalidInput
from geoservice.model.vocabulary import ParkLevel, ProjectCategory, ProjectLevel, Role, Stage, StageGroup
from geoservice.registry.details import project_details
from geoservice.registry.moment import Moment
from geoservice.registry.places import city_bounds
from geoservice.registry.settings import read_city
from geoservice.service import Service
from geoservice.web.pages import stamp
from geoservice.web.reading import Features, map_features, read_collection

Form = Literal["pdf", "png"]
Language = Literal["zh", "en"]
BOOKS: Final = ("parks", "projects")
"""What a book has a page for each of."""
_LARGEST_BOOK: Final = 400
_LISTED: Final = 24
"""Projects a page names; how many more there are it says."""


def sheet(
    service: Service,
    principal: Principal,
    name: str,
    moment: Moment,
    paper: Paper,
    form: Form = "pdf",
    language: Language = "zh",
) -> bytes:
    """Return a named map on one sheet, as PDF or PNG."""
    definition = find_definition(name, service.settings.maps_dir)
    with service.database.read() as connection:
        page = _page(connection, service, principal, moment, language)
        found, base = map_features(connection, service, principal, definition, moment)
    return typeset_sheet(definition, found, base, page, paper, form)


def book(
    service: Service, principal: Principal, by: str, moment: Moment, paper: Paper, language: Language = "zh"
) -> bytes:
    """Return a map book with a page for each park or each mapped project.

    Raises
    ------
    InvalidInput
        If there is no such book, or nothing to put into it, or more than a book holds.
    """
    if by not in BOOKS:
        raise InvalidInput("There is no such map book", by, f"Use one of: {', '.join(BOOKS)}.")
    definition = find_definition("projects", service.settings.maps_dir)
    with service.database.read() as connection:
        page = _page(connection, service, principal, moment, language)
        found, base = map_features(connection, service, principal, definition, moment)
        things = [
            one for one in read_collection(connection, service, principal, by, moment) if one["geometry"]
        ]
        if not 0 < len(things) <= _LARGEST_BOOK:
            raise InvalidInput(
                f"A book holds 1 to {_LARGEST_BOOK} pages",
                len(things),
                "Ask as somebody who sees more, or narrow the map.",
            )
        if by == "parks":
            entries = [_park(one, found.get("projects", []), language) for one in things]
        else:
            entries = [_project(connection, service, principal, one, moment, language) for one in things]
    titles = {"parks": Text("园区图册", "Parks"), "projects": Text("项目图册", "Projects")}
    return typeset_book(definition, entries, found, base, page, paper, titles[by])


def _page(
    connection: Connection, service: Service, principal: Principal, moment: Moment, language: Language
) -> Page:
    city = read_city(connection)
    public = principal.role is Role.PUBLIC
    return Page(
        city=Text(city.name, city.name_en),
        language=language,
        as_of=moment.day,
        bounds=city_bounds(connection, city, moment),
        notice=PUBLIC_NOTICE if public else None,
        stamp=stamp(city),
        viewer=Text(principal.role.zh, principal.role.en),
    )


_PARK_FACTS: Final = (
    ("code", "园区代码", "Code", "text"),
    ("district_name", "区县", "District", "text"),
    ("area_m2", "面积", "Area", "ha"),
    ("approved_area_m2", "核准面积", "Approved area", "ha"),
    ("leading_industries", "主导产业", "Leading industries", "list"),
)
_PROJECT_FACTS: Final = (
    ("project_number", "项目编号", "Number", "text"),
    ("project_code", "项目代码", "Code", "text"),
    ("industry", "行业", "Industry", "text"),
    ("district_name", "区县", "District", "text"),
    ("park_name", "园区", "Park", "text"),
    ("lead_department", "责任单位", "Responsible", "text"),
    ("lead_official", "包保领导", "Lead official", "text"),
    ("investment_total_fen", "总投资", "Investment", "yi"),
    ("invested_fen", "完成投资", "Invested", "yi"),
    ("land_area_m2", "用地面积", "Land", "mu"),
    ("summary", "建设内容", "Content", "text"),
)


def _facts(
    properties: Mapping[str, Any], columns: Sequence[tuple[str, str, str, str]], language: str
) -> list[Fact]:
    english = language == "en"
    return [
        Fact(en if english else zh, value_text(properties[name], form, english=english))
        for name, zh, en, form in columns
        if properties.get(name) not in (None, "", [])
    ]


def _park(park: Mapping[str, Any], projects: Features, language: Language) -> Entry:
    shown = park["properties"]
    mine = [one["properties"] for one in projects if one["properties"].get("park") == park["id"]]
    mine.sort(key=lambda one: (one.get("stage_group") or "", one["name"]))
    level = ParkLevel(shown["level"]) if shown.get("level") else None
    lines = [Line(one["name"], _group_words(one.get("stage_group"), language)) for one in mine[:_LISTED]]
    if len(mine) > len(lines):
        lines.append(Line("……", f"+{len(mine) - len(lines)}"))
    title = f"Projects ({len(mine)})" if language == "en" else f"项目（{len(mine)}）"
    facts = _facts(shown, _PARK_FACTS, language)
    words = "" if level is None else level.en if language == "en" else level.zh
    return Entry(park, str(shown["name"]), words, facts, title, lines)


def _project(
    connection: Connection,
    service: Service,
    principal: Principal,
    project: Mapping[str, Any],
    moment: Moment,
    language: Language,
) -> Entry:
    shown = project["properties"]
    details = project_details(connection, service.policy, principal, project["id"], moment)
    english = language == "en"
    blockers = [one for one in details["blockers"] if one["closed_on"] is None]
    lines = [Line(one["title"], one["owner_unit"] or "") for one in blockers]
    title = ("Blockers" if english else "堵点") if lines else ""
    words = [
        _group_words(shown.get("stage_group"), language),
        _word(ProjectLevel, shown.get("level"), language),
        _word(ProjectCategory, shown.get("category"), language),
    ]
    return Entry(
        project,
        str(shown["name"]),
        " · ".join(word for word in words if word),
        _facts(shown, _PROJECT_FACTS, language),
        title,
        lines,
        _track(details["stages"], language),
    )


def _track(stages: Sequence[Mapping[str, Any]], language: Language) -> list[dict[str, Any]]:
    groups = [group.value for group in StageGroup]
    track = []
    for stage in stages:
        known = Stage(stage["stage"])
        planned = stage["planned_on"]
        told = stage["actual_on"] or (f"({planned})" if planned else "")
        track.append(
            {
                "label": known.en if language == "en" else known.zh,
                "day": told,
                "done": stage["actual_on"] is not None,
                "colour": STAGE_COLOURS[groups.index(known.group.value)],
            }
        )
    return track


def _group_words(value: str | None, language: str) -> str:
    return _word(StageGroup, value, language)


def _word(vocabulary: Any, value: str | None, language: str) -> str:
    if value is None:
        return ""
    member = vocabulary(value)
    return str(member.en if language == "en" else member.zh)

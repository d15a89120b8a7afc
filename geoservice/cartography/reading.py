"""Read and check ``maps/NAME.toml``: a mistake is named with its file, key, value and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from geoservice.cartography.definition import (
    Column,
    Figure,
    Label,
    LayerDefinition,
    MapDefinition,
    Style,
    Text,
)
from geoservice.cartography.errors import InvalidDefinition, UnknownMap
from geoservice.cartography.node import Node
from geoservice.cartography.reading_style import read_style
from geoservice.cartography.wall import WALL_FILE
from geoservice.model.vocabulary import vocabularies

SOURCES: Final = (
    "parks",
    "parcels",
    "projects",
    "availability",
    "demolition",
    "blockers",
    "contradictions",
    "changes",
    "park_figures",
)
"""Collections, then lists the service works out: open blockers, land against stages, changes, parks' figures."""

DRAWN: Final = ("auto", "tiles", "features")
THEMES: Final = ("built", "green", "water", "road", "boundary", "label")
"""Base themes in drawing order."""

FORMATS: Final = (
    "text",
    "number",
    "percent",
    "mu",
    "ha",
    "m2",
    "yi",
    "wan",
    "date",
    "boolean",
    "list",
    "reason",
)
"""Units and forms a column may be shown in: 亩, 公顷, 平方米, 亿元, 万元, the short words of a reason …"""

SORTS: Final = ("figure", "class")
"""How a list is ordered: by its first figure, the largest first, or by class and then so."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_PACKAGED: Final = Path(__file__).parent / "maps"
_IN_TREE: Final = Path(__file__).parents[2] / "maps"


def definitions_directory() -> Path:
    """Return where the shipped definitions lie: inside an installed wheel, else in the source tree."""
    return _PACKAGED if _PACKAGED.is_dir() else _IN_TREE


def read_definitions(directory: Path | None = None) -> dict[str, MapDefinition]:
    """Read every definition of a directory, in the order in which the map switcher shows them.

    Parameters
    ----------
    directory : Path, optional
        Where the ``*.toml`` files lie; the shipped definitions by default.

    Returns
    -------
    dict of str to MapDefinition
        By name, sorted by ``order`` and name.

    Raises
    ------
    InvalidDefinition
        When a file is not TOML or does not say what it must.
    """
    folder = directory or definitions_directory()
    files = sorted(file for file in folder.glob("*.toml") if file.name != WALL_FILE)
    definitions = sorted((read_definition(file) for file in files), key=lambda d: (d.order, d.name))
    return {definition.name: definition for definition in definitions}


def find_definition(name: str, directory: Path | None = None) -> MapDefinition:
    """Return the definition called ``name``.

    Raises
    ------
    UnknownMap
        When the directory holds none of that name; says which there are.
    """
    definitions = read_definitions(directory)
    if name not in definitions:
        known = ", ".join(definitions) or "none"
        raise UnknownMap("There is no map of this name", name, f"Choose one of: {known}")
    return definitions[name]


def read_definition(file: Path) -> MapDefinition:
    """Read one definition.

    Raises
    ------
    InvalidDefinition
        When the file cannot be read, is not TOML, or does not say what it must.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidDefinition(
            f"{file.name} cannot be read as TOML", error, "Mend the named place; save the file as UTF-8"
        ) from error
    return parse_definition(document, file.name, name=file.stem)


def parse_definition(document: Mapping[str, Any], origin: str, *, name: str) -> MapDefinition:
    """Check a definition that is already parsed from TOML.

    Parameters
    ----------
    document : mapping
        The parsed document.
    origin : str
        What errors call the document: the file's name.
    name : str
        The name of the map, as its address says it; a ``name`` inside must agree.

    Raises
    ------
    InvalidDefinition
        With file, key, value and remedy.
    """
    root = Node(origin, "", document)
    said = root.text("name", name)
    if said != name or not _NAME.fullmatch(name):
        root.refuse("name", said, f"Call the file and the name alike, in small latin letters: {name!r}")
    layers = tuple(_layer(node) for node in root.tables("layers"))
    if not layers:
        root.refuse("layers", None, "Describe at least one [[layers]]")
    _refuse_doubles(root, [layer.id for layer in layers])
    ids = [layer.id for layer in layers]
    definition = MapDefinition(
        name=name,
        title=root.wording("title"),
        subtitle=root.wording("subtitle", Text("", "")),
        layers=layers,
        main=root.choice("main", ids, ids[0]),
        base=tuple(root.choices("base", THEMES)),
        order=int(root.number("order", 100)),
    )
    root.refuse_the_rest()
    return definition


def _refuse_doubles(root: Node, ids: list[str]) -> None:
    for identifier in ids:
        if ids.count(identifier) > 1:
            root.refuse("layers.id", identifier, "Give every layer its own id")


def _layer(node: Node) -> LayerDefinition:
    label = node.table("label")
    style = node.table("style")
    layer = LayerDefinition(
        id=node.matching("id", _NAME, "Use small latin letters, digits, - and _"),
        source=_source(node),
        title=node.wording("title"),
        style=read_style(style) if style else Style(),
        visible=node.flag("visible", True),
        min_zoom=node.number("min_zoom", 0, 0, 22),
        legend=node.flag("legend", True),
        dots=node.flag("dots", False),
        draw=node.choice("draw", DRAWN, "auto"),
        donuts_below=node.number("donuts_below", 0, 0, 22) if node.has("donuts_below") else None,
        stale_days=int(node.number("stale_days", 0, 1, 36500)) if node.has("stale_days") else None,
        themes=_themes(node, style is not None),
        label=_label(label) if label else None,
        card=_columns(node, "card"),
        filters=_columns(node, "filters"),
        figures=tuple(_figure(figure) for figure in node.tables("figures")),
        line=_columns(node, "line"),
        sort=node.choice("sort", SORTS, "figure"),
    )
    node.refuse_the_rest()
    return layer


def _themes(node: Node, styled: bool) -> tuple[Style, ...]:
    themes = tuple(read_style(entry) for entry in node.tables("themes"))
    for theme in themes:
        if not styled or not theme.classes or theme.title is None:
            node.refuse(
                "themes", "…", "A theme needs a title and classes, and the layer a style to begin with"
            )
    return themes


def _source(node: Node) -> str:
    source = node.text("source")
    if source not in SOURCES and not re.fullmatch(r"layer:.+", source):
        node.refuse("source", source, f"Use one of {', '.join(SOURCES)}, or layer:CODE")
    return source


def _label(node: Node) -> Label:
    label = Label(node.text("property"), node.number("min_zoom", 14, 0, 22), node.flag("strong", False))
    node.refuse_the_rest()
    return label


def _columns(node: Node, key: str) -> tuple[Column, ...]:
    return tuple(_column(entry) for entry in node.tables(key))


def _column(node: Node) -> Column:
    known = [*FORMATS, *(name for name, _ in vocabularies())]
    name = node.text("property")
    column = Column(name, node.wording("title", Text(name, name)), node.choice("as", known, "text"))
    node.refuse_the_rest()
    return column


def _figure(node: Node) -> Figure:
    figure = Figure(
        title=node.wording("title"),
        sum=node.text("sum"),
        over=node.text("over", "") or None,
        shown_as=node.choice("as", FORMATS, "number"),
    )
    node.refuse_the_rest()
    return figure

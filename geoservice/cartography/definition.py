"""What a named map is: its titles, its layers, what they show and how they look."""

from __future__ import annotations

from dataclasses import dataclass, field

from geoservice.cartography.palettes import MIN_OPACITY, OUTLINE, Swatch


@dataclass(frozen=True, slots=True)
class Text:
    """One wording in the two languages of the service."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Style:
    """How features look: classed by one property, or all alike.

    ``outline_width`` is in pixels of the screen, opacities run from 0 to 1.
    """

    property: str | None = None
    otherwise: str | None = None
    """Where the value lies for readers who are not shown ``property``."""
    classes: tuple[Swatch, ...] = ()
    fill: str | None = None
    fill_opacity: float = MIN_OPACITY
    outline: str = OUTLINE
    outline_width: float = 0.8
    dashed: bool = False
    title: Text | None = None
    """What the legend calls the classes; the layer's title by default."""


@dataclass(frozen=True, slots=True)
class Label:
    """The text written on a feature, from ``min_zoom`` on."""

    property: str
    min_zoom: float = 14
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A property under a heading: a fact of the card or a filter of the list.

    ``shown_as`` is a unit (see :data:`geoservice.cartography.reading.FORMATS`) or a vocabulary's name.
    """

    property: str
    title: Text
    shown_as: str = "text"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number above the list: the sum of a property, or the ratio of two sums."""

    title: Text
    sum: str
    over: str | None = None
    shown_as: str = "number"


@dataclass(frozen=True, slots=True)
class LayerDefinition:
    """One layer of features; layers are drawn in the order of the definition, the last on top."""

    id: str
    source: str
    title: Text
    style: Style = field(default_factory=Style)
    visible: bool = True
    min_zoom: float = 0
    legend: bool = True
    dots: bool = False
    draw: str = "auto"
    """As ``tiles`` (outlines in vector tiles, the list as a roll), as ``features``, or as their number asks."""
    donuts_below: float | None = None
    """Below this zoom rings per park and district stand for the features; by default as their number asks."""
    stale_days: int | None = None
    """A record older than this many days wears a badge."""
    themes: tuple[Style, ...] = ()
    """Further ways to colour the layer; the reader switches between them."""
    label: Label | None = None
    card: tuple[Column, ...] = ()
    filters: tuple[Column, ...] = ()
    figures: tuple[Figure, ...] = ()
    line: tuple[Column, ...] = ()
    """What the second line of a list row says."""
    sort: str = "figure"

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the fields the list, the legend and the figures of the layer draw on, each once."""
        columns = (*self.card, *self.filters, *self.line)
        styles = (self.style, *self.themes)
        named = [
            *(style.property for style in styles),
            *(style.otherwise for style in styles),
            self.label.property if self.label else None,
            *(column.property for column in columns),
            *(figure.sum for figure in self.figures),
            *(figure.over for figure in self.figures),
        ]
        return tuple(dict.fromkeys(name.partition(".")[0] for name in named if name))


@dataclass(frozen=True, slots=True)
class MapDefinition:
    """A named map, as ``maps/NAME.toml`` describes it."""

    name: str
    title: Text
    subtitle: Text
    layers: tuple[LayerDefinition, ...]
    main: str
    base: tuple[str, ...] = ()
    order: int = 100

    @property
    def sources(self) -> tuple[str, ...]:
        """Name what the map needs: data sources first, then ``base:THEME`` for each base layer."""
        data = dict.fromkeys(layer.source for layer in self.layers)
        return (*data, *(f"base:{theme}" for theme in self.base))

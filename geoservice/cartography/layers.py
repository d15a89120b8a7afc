"""The folium elements of a map: a layer of features, the basemap under it, the screen around it."""

from __future__ import annotations

from typing import Final

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from geoservice.cartography.assets import OWN_SCHEME, SCRIPTS, STYLES
from geoservice.cartography.definition import LayerDefinition

_LINKS: Final = [(f"geoservice_{name}", f"{OWN_SCHEME}{name}.js") for name in SCRIPTS]
_STYLES: Final = [(f"geoservice_{name}_css", f"{OWN_SCHEME}{name}.css") for name in STYLES]


class FeatureLayer(JSCSSMixin, Layer):
    """Features drawn in batches on one shared Canvas 2D, tens of thousands at once.

    Only the layer's id goes through the template; its definition and features lie in JSON blocks of
    the page, because folium reads what a macro writes as a template once more.

    Parameters
    ----------
    definition : LayerDefinition
        What the layer shows and how it looks.
    """

    default_js: list[tuple[str, str]] = _LINKS
    default_css: list[tuple[str, str]] = _STYLES

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = geoservice.featureLayer({{ this.definition.id|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, definition: LayerDefinition) -> None:
        super().__init__(name=definition.title.zh, overlay=True, control=False, show=True)
        self._name = "FeatureLayer"
        self._id = definition.id.replace("-", "_")
        self.definition = definition


class StageTiles(FeatureLayer):
    """Features drawn from vector tiles on the same canvas, a hundred thousand on one screen.

    A tile carries outlines and dated answers, the roll the list: legend, filters, themes and the time
    slider then need no request, and the outline under the pointer is found at once.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = geoservice.stageTiles({{ this.definition.id|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, definition: LayerDefinition) -> None:
        super().__init__(definition)
        self._name = "StageTiles"


class Basemap(JSCSSMixin, Layer):
    """The ground drawn from the city's own base layers: no tiles, no network."""

    default_js: list[tuple[str, str]] = _LINKS

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = geoservice.basemap();
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__(name="底图", overlay=True, control=False, show=True)
        self._name = "Basemap"
        self._id = "own"


class Screen(JSCSSMixin):
    """Header, panels, search and cards; started once the map and its layers exist."""

    default_js: list[tuple[str, str]] = _LINKS

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            geoservice.start({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Screen"
        self._id = "of_map"

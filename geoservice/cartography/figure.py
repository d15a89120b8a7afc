"""The page around a folium map: it links to files of ours alone, or carries them inside."""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any, Final, Literal

from branca.element import CssLink, Figure, JavascriptLink
from folium.template import Template

from geoservice.cartography.assets import Asset, Bundle, bundled, data_uri, resolve
from geoservice.cartography.errors import UnknownAsset
from geoservice.wording import LANGUAGES, words

Mode = Literal["served", "inline"]

_OPENING: Final = re.compile(r"<(script|style)(?=[\s>])", re.IGNORECASE)
_LINKING: Final = re.compile(
    r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*[\"']?([^\"'\s>]+)", re.I
)

_VIEWPORT: Final = re.compile(r'<meta name="viewport"[^>]*>')
_ENLARGEABLE: Final = (
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
)

_PAGE: Final = Template(
    """<!DOCTYPE html>
<html lang="{{ this.language }}">
<head>
<meta charset="utf-8">
{{ policy }}<title>{{ this.title|e }}</title>
{{ icon }}
{{ styles }}
{{ header }}
</head>
<body>
{{ body }}
<noscript>{{ this.noscript|e }}</noscript>
{{ blocks }}
{{ scripts }}
<script{{ nonce }}>
{{ script }}
</script>
</body>
</html>
"""
)


class MapFigure(Figure):
    """A page whose every script and style sheet is a vendored file.

    folium adds its links while it renders, some elements add them directly: so the links are taken
    from the finished header, and one that nothing of ours stands for is refused.

    Parameters
    ----------
    title : str
        The page's title.
    mode : {"served", "inline"}
        Link to files under ``static``, or carry their contents in one file that opens from disk.
    language : {"zh", "en"}
        The language of the page.
    nonce : str, optional
        The Content-Security-Policy nonce, set on every script and style.
    static : str
        The address under which ``map/`` and ``vendor/`` are served.
    """

    def __init__(
        self,
        title: str,
        *,
        mode: Mode = "inline",
        language: Literal["zh", "en"] = "zh",
        nonce: str | None = None,
        static: str = "/static",
    ) -> None:
        super().__init__(title=title)
        self.mode = mode
        self.language = "zh-CN" if language == "zh" else "en"
        self.noscript = "".join(words("map", one).gettext("noscript") for one in LANGUAGES)
        self.nonce = nonce
        self.static = static
        self._blocks: dict[str, str] = {}
        # branca adds a meta tag of its own; the page below carries the charset.
        self.header._children.clear()

    def embed(self, identifier: str, json_text: str) -> None:
        """Carry a block of JSON, already escaped, for scripts to find by its id.

        Data never goes through folium's macros: what they write is read as a Jinja template again.
        """
        self._blocks[identifier] = json_text

    def render(self, **kwargs: Any) -> str:
        """Return the whole page.

        Raises
        ------
        UnknownAsset
            When something links to a file that is not vendored.
        """
        for child in self._children.values():
            child.render(**kwargs)
        nonce = self._nonce()
        page: str = _PAGE.render(
            this=self,
            policy=_policy(nonce) if self.mode == "inline" else "",
            icon=self._icon(),
            styles=self._links(CssLink, nonce),
            header=self._rest_of_header(nonce, kwargs),
            body=self.html.render(**kwargs),
            blocks="\n".join(_block(name, text) for name, text in self._blocks.items()),
            scripts=self._links(JavascriptLink, nonce),
            script=self.script.render(**kwargs),
            nonce=_attribute(nonce),
        )
        return page

    def _nonce(self) -> str | None:
        if self.nonce or self.mode == "served":
            return self.nonce
        # A file has nobody to draw a nonce per request: take one that its data cannot foresee.
        return hashlib.sha256("".join(self._blocks.values()).encode()).hexdigest()[:24]

    def _icon(self) -> str:
        icon = resolve("geoservice:icon.svg")
        assert icon is not None
        href = icon.href(self.static) if self.mode == "served" else data_uri(icon.file)
        return f'<link rel="icon" type="image/svg+xml" href="{html.escape(href)}">'

    def _links(self, kind: type[CssLink] | type[JavascriptLink], nonce: str | None) -> str:
        found = [child for child in self.header._children.values() if isinstance(child, kind)]
        assets = list(dict.fromkeys(asset for link in found if (asset := resolve(link.url)) is not None))
        linked = assets if self.mode == "inline" else bundled(assets)
        return "\n".join(self._tag(asset, nonce) for asset in linked)

    def _tag(self, asset: Asset | Bundle, nonce: str | None) -> str:
        script = asset.path.endswith(".js")
        if self.mode == "inline":
            name = "script" if script else "style"
            content = asset.text()
            if f"</{name}" in content.lower():
                raise UnknownAsset("A file cannot be carried inside a page", asset.path, f"It holds </{name}")
            return f"<{name}{_attribute(nonce)}>{content}</{name}>"
        href = html.escape(asset.href(self.static))
        if script:
            return f'<script src="{href}"{_attribute(nonce)}></script>'
        return f'<link rel="stylesheet" href="{href}"{_attribute(nonce)}>'

    def _rest_of_header(self, nonce: str | None, kwargs: dict[str, Any]) -> str:
        links = (CssLink, JavascriptLink)
        children = [child for child in self.header._children.values() if not isinstance(child, links)]
        text = "\n".join(child.render(**kwargs) for child in children)
        foreign = _LINKING.search(text)
        if foreign:
            raise UnknownAsset(
                "An element links to a file directly", foreign[1], "Add it as a JavascriptLink or CssLink"
            )
        # folium's viewport forbids to enlarge a page, which people who see little need (WCAG 2, 1.4.4).
        text = _VIEWPORT.sub(_ENLARGEABLE, text)
        return _OPENING.sub(lambda match: match[0] + _attribute(nonce), text)


def _attribute(nonce: str | None) -> str:
    return f' nonce="{html.escape(nonce)}"' if nonce else ""


def _block(identifier: str, json_text: str) -> str:
    return f'<script type="application/json" id="{html.escape(identifier)}">{json_text}</script>'


def _policy(nonce: str | None) -> str:
    rules = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:"
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">\n'

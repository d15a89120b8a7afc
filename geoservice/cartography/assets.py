"""The scripts and style sheets a page may use, every one of them a file of ours."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from geoservice.cartography.errors import UnknownAsset

ASSETS_DIRECTORY: Final = Path(__file__).parent / "assets"
"""Our own scripts and styles, to be served under ``/static/map``."""

VENDOR_DIRECTORY: Final = Path(__file__).parent / "vendor"
"""The vendored libraries, to be served under ``/static/vendor``."""

OWN_SCHEME: Final = "geoservice:"

LINKS: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        "leaflet.js": "vendor/leaflet/leaflet.js",
        "leaflet.css": "vendor/leaflet/leaflet.css",
        # folium brings these for markers and popups, which this page does not use.
        "jquery-3.7.1.min.js": None,
        "bootstrap.bundle.min.js": None,
        "bootstrap.min.css": None,
        "bootstrap-glyphicons.css": None,
        "all.min.css": None,
        "leaflet.awesome-markers.js": None,
        "leaflet.awesome-markers.css": None,
        "leaflet.awesome.rotate.min.css": None,
    }
)
"""What folium links to, by the last part of the address: a vendored file, or nothing on purpose."""

SCRIPTS: Final = (
    "words",
    "i18n",
    "look",
    "format",
    "dom",
    "geometry",
    "hit",
    "reasons",
    "style",
    "columns",
    "mvt",
    "tracks",
    "roll",
    "dated",
    "tile_grid",
    "tile_store",
    "labels",
    "sources",
    "filters",
    "search",
    "canvas",
    "roads",
    "basemap",
    "background",
    "brushwork",
    "feature_layer",
    "tile_art",
    "stage_tiles",
    "donuts",
    "highlight",
    "pointer",
    "swatch",
    "header",
    "figures",
    "legend",
    "order",
    "list",
    "searchbox",
    "track",
    "card_parts",
    "card_project",
    "card_parcel",
    "card_demolition",
    "card_park",
    "card_unit",
    "card_findings",
    "card_foot",
    "card",
    "layers",
    "controls",
    "status",
    "watermark",
    "sheet",
    "measure",
    "tools",
    "compare",
    "timebar",
    "permalink",
    "framing",
    "loader",
    "screen",
    "app",
)
"""Our scripts in loading order; each hangs its one job on the global ``geoservice``."""

STYLES: Final = (
    "base",
    "header",
    "panel",
    "legend",
    "list",
    "card",
    "controls",
    "time",
    "tools",
    "phone",
    "touch",
    "item",
    "watermark",
    "wall",
    "print",
)
"""Our style sheets in loading order; the last overrides the others on a phone and on paper."""

_URL: Final = re.compile(r"""url\((?!['"]?(?:#|data:))['"]?([^'")]+)['"]?\)""")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of ours: ``path`` below the static root, ``file`` on the disk."""

    path: str
    file: Path

    def href(self, static: str) -> str:
        """Return its address under ``static``, with the hash of its content against stale caches."""
        return f"{static}/{self.path}?v={_digest(self.file, self.file.stat().st_mtime_ns)}"

    def text(self) -> str:
        """Return its content, style sheets with their images inside."""
        content = self.file.read_text(encoding="utf-8")
        if self.file.suffix == ".css":
            return _URL.sub(lambda match: f"url({data_uri(self.file.parent / match[1])})", content)
        return re.sub(r"^//# sourceMappingURL=.*$", "", content, flags=re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of ours of one kind as one: a page of sixty scripts would wait for sixty answers."""

    kind: str

    @property
    def path(self) -> str:
        """Return its path below the static root."""
        return f"bundle/map.{self.kind}"

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Return the files it is made of, in loading order."""
        names = SCRIPTS if self.kind == "js" else STYLES
        return tuple(_own(f"{name}.{self.kind}") for name in names)

    def href(self, static: str) -> str:
        """Return its address under ``static``, with the hash of its content against stale caches."""
        marks = "".join(_digest(one.file, one.file.stat().st_mtime_ns) for one in self.assets)
        return f"{static}/{self.path}?v={hashlib.sha256(marks.encode()).hexdigest()[:10]}"

    def text(self) -> str:
        """Return its content."""
        return "\n".join(one.text() for one in self.assets)


BUNDLES: Final = MappingProxyType({kind: Bundle(kind) for kind in ("js", "css")})


def bundled(assets: Sequence[Asset]) -> list[Asset | Bundle]:
    """Return assets with all of ours in place of them as one, where all of them are there."""
    found: list[Asset | Bundle] = list(assets)
    for bundle in BUNDLES.values():
        parts = bundle.assets
        if all(part in assets for part in parts):
            at = min(found.index(part) for part in parts)
            found[at:at] = [bundle]
            found = [one for one in found if one not in parts]
    return found


def _own(name: str) -> Asset:
    return Asset(f"map/{name}", ASSETS_DIRECTORY / name)


def resolve(url: str) -> Asset | None:
    """Return the file of ours that stands for a link, ``None`` for one that is left out on purpose.

    Parameters
    ----------
    url : str
        What folium or an element links to; our own files are ``geoservice:NAME.js``.

    Raises
    ------
    UnknownAsset
        When nothing of ours stands for the link, or the vendored file has not been fetched.
    """
    if url.startswith(OWN_SCHEME):
        return _existing(_own(url.removeprefix(OWN_SCHEME)), url)
    name = urlsplit(url).path.rpartition("/")[2]
    if name not in LINKS:
        raise UnknownAsset(
            "The map links to a script or style sheet that is not vendored",
            url,
            "Vendor it with tools/vendor_assets.py and name it in geoservice/cartography/assets.py",
        )
    path = LINKS[name]
    if path is None:
        return None
    return _existing(Asset(path, VENDOR_DIRECTORY / path.removeprefix("vendor/")), url)


def data_uri(file: Path) -> str:
    """Return a file as a ``data:`` address.

    Raises
    ------
    UnknownAsset
        When the file is missing.
    """
    if not file.is_file():
        raise UnknownAsset("A style sheet wants an image that is not vendored", file.name, "Vendor it")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"


def _existing(asset: Asset, url: str) -> Asset:
    if not asset.file.is_file():
        raise UnknownAsset("A vendored file is missing", url, "Run: npm ci && python tools/vendor_assets.py")
    return asset


@lru_cache(maxsize=256)
def _digest(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]

"""A page that holds another one sealed: it asks for the passphrase, opens it in the browser and becomes that page.

The sealing is done elsewhere; here is the shell around it, which must run in a browser of five years ago and ask no
one for anything.
"""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from folium.template import Template

from geoservice.cartography.assets import ASSETS_DIRECTORY, VENDOR_DIRECTORY, data_uri
from geoservice.cartography.definition import Text
from geoservice.cartography.embedding import embeddable
from geoservice.wording import LANGUAGES, words

VERSION: Final = 1
"""Of the form below: what is bound to the seal begins with it."""

_PAGE: Final = Template(
    """<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{{ title|e }}</title>
<link rel="icon" type="image/svg+xml" href="{{ icon }}">
<style nonce="{{ nonce }}">{{ style }}</style>
</head>
<body>
<noscript>{{ noscript|e }}</noscript>
<script type="application/json" id="locked-about">{{ about }}</script>
<script type="application/octet-stream" id="locked-body">{{ body }}</script>
{% for script in scripts %}<script nonce="{{ nonce }}">{{ script }}</script>
{% endfor %}</body>
</html>
"""
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a locked page says in the open.

    Attributes
    ----------
    city : Text
        Whose map it is.
    viewer : Text
        The role whose view it holds.
    made : date
        The day it was made.
    until : date
        The last day on which it opens.
    """

    city: Text
    viewer: Text
    made: date
    until: date

    def bound(self) -> bytes:
        """Return what the seal binds: a page whose terms were changed does not open."""
        return f"geoservice locked map {VERSION} {self.made.isoformat()} {self.until.isoformat()}".encode()


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed page in gzip and what opens it: PBKDF2-HMAC-SHA-256 and AES-256-GCM as WebCrypto has them."""

    salt: bytes
    iterations: int
    nonce: bytes
    body: bytes


def locked_page(terms: Terms, seal: Seal, nonce: str, language: Literal["zh", "en"]) -> str:
    """Return the HTML of a page that a passphrase opens.

    Parameters
    ----------
    terms : Terms
        What it says in the open; ``terms.bound()`` must have been bound to the seal.
    seal : Seal
        The page inside.
    nonce : str
        The Content-Security-Policy nonce of the page inside: the policy stays when the page takes over.
    language : {"zh", "en"}
        The language to start in; ``?lang=`` in the address overrides it.
    """
    about: dict[str, Any] = {
        "version": VERSION,
        "salt": _base64(seal.salt),
        "iterations": seal.iterations,
        "nonce": _base64(seal.nonce),
        "made": terms.made.isoformat(),
        "until": terms.until.isoformat(),
        "bound": terms.bound().decode(),
        "language": language,
        "city": {"zh": terms.city.zh, "en": terms.city.en},
        "viewer": {"zh": terms.viewer.zh, "en": terms.viewer.en},
        "words": {one: words("locked", one).messages for one in LANGUAGES},
    }
    say = words("locked", language).gettext
    page: str = _PAGE.render(
        language="zh-CN" if language == "zh" else "en",
        policy=f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:",
        title=f"{say('title')} · {terms.city.zh if language == 'zh' else terms.city.en}",
        icon=html.escape(data_uri(ASSETS_DIRECTORY / "icon.svg")),
        nonce=html.escape(nonce),
        style=(ASSETS_DIRECTORY / "locked.css").read_text(encoding="utf-8"),
        noscript="".join(words("locked", one).gettext("noscript") for one in LANGUAGES),
        about=embeddable(about),
        body=_base64(seal.body),
        scripts=[
            (VENDOR_DIRECTORY / "fflate" / "umd" / "index.js").read_text(encoding="utf-8"),
            (ASSETS_DIRECTORY / "locked.js").read_text(encoding="utf-8"),
        ],
    )
    return page


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")

"""What the screens say, in two languages: gettext catalogues under ``geoservice/locale``, read with Python's own gettext.

A message is named by a short key, and both languages are catalogues: Chinese is as much a text as English. The
files are read as they are (``.po``), so that there is nothing to compile and nothing that can be out of date.
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from geoservice.errors import GeoserviceError

LANGUAGES: Final = ("zh", "en")
"""The languages of the screens, the first where nobody asks for another."""

LOCALE: Final = Path(__file__).parent / "locale"
_MAGIC: Final = 0x950412DE


class BrokenCatalogue(GeoserviceError):
    """A catalogue cannot be read, or lacks a message that a screen asks for."""

    code = "broken_catalogue"


class Words(GNUTranslations):
    """The messages of one domain in one language; a key without a message is refused, never shown.

    Examples
    --------
    >>> words("map", "en").gettext("legend"), words("map", "zh").gettext("legend")
    ('Legend', '图例')
    """

    def __init__(self, domain: str, language: str, messages: Mapping[str, str]) -> None:
        super().__init__(BytesIO(_compiled(messages)))
        self.domain, self.language = domain, language
        self.messages = dict(messages)

    def gettext(self, message: str) -> str:
        """Return the text of a key.

        Raises
        ------
        BrokenCatalogue
            If the catalogue has none.
        """
        if message not in self.messages:
            raise BrokenCatalogue(
                "A screen asks for a message that no catalogue has",
                message,
                f"Add it to geoservice/locale/*/LC_MESSAGES/{self.domain}.po.",
            )
        return super().gettext(message)


@cache
def words(domain: str, language: str) -> Words:
    """Return the catalogue of a domain in a language.

    Raises
    ------
    BrokenCatalogue
        If there is none, or it cannot be read.
    """
    file = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
    if language not in LANGUAGES or not file.is_file():
        raise BrokenCatalogue("There is no such catalogue", f"{language}/{domain}", "See geoservice/locale.")
    return Words(domain, language, read_catalogue(file))


def domains() -> list[str]:
    """Return the names of all catalogues that both languages have: what errors say is English in the code itself."""
    return sorted(file.stem for file in (LOCALE / LANGUAGES[1] / "LC_MESSAGES").glob("*.po"))


def read_catalogue(file: Path) -> dict[str, str]:
    """Read the messages of a ``.po`` file: key → text, without its header.

    Raises
    ------
    BrokenCatalogue
        Naming the line that is neither comment, key nor text, or the key that occurs twice.
    """
    found: dict[str, str] = {}
    key, into, parts = "", "", {"msgid": "", "msgstr": ""}
    for number, line in enumerate([*file.read_text(encoding="utf-8").splitlines(), 'msgid ""'], start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        word, _, rest = stripped.partition(" ")
        if word == "msgid":
            key = parts["msgid"]
            if key and key in found:
                raise BrokenCatalogue("A key occurs twice in a catalogue", f"{file}: {key}", "Keep one.")
            if key:
                found[key] = parts["msgstr"]
            parts = {"msgid": "", "msgstr": ""}
        into, quoted = (word, rest) if word in parts else (into, stripped)
        try:
            parts[into] += str(ast.literal_eval(quoted))
        except (KeyError, SyntaxError, ValueError):
            raise BrokenCatalogue(
                "A line of a catalogue cannot be read",
                f"{file}:{number}: {stripped[:60]}",
                'Write msgid "…".',
            ) from None
    return found


def _compiled(messages: Mapping[str, str]) -> bytes:
    """Return a catalogue in the binary form of gettext (GNU gettext manual, section 10.3: the format of MO files)."""
    texts = {"": "Content-Type: text/plain; charset=UTF-8\n", **messages}
    pairs = [(key.encode(), texts[key].encode()) for key in sorted(texts)]
    table = 28
    offset = table + 16 * len(pairs)
    places, body = b"", b""
    for text in [key for key, _ in pairs] + [value for _, value in pairs]:
        places += struct.pack("<II", len(text), offset + len(body))
        body += text + b"\0"
    return struct.pack("<7I", _MAGIC, 0, len(pairs), table, table + 8 * len(pairs), 0, offset) + places + body

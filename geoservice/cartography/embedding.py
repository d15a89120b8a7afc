"""Put JSON into a page so that no text in it can end the script or start another."""

from __future__ import annotations

import json
from typing import Any, Final

_ESCAPES: Final = {
    "<": "\\u003c",  # </script and <!--
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",  # line ends to JavaScript, but not to JSON
    "\u2029": "\\u2029",
}


def embeddable(value: Any) -> str:
    r"""Return a value as JSON that is safe inside ``<script type="application/json">``.

    >>> embeddable({"name": "</script><!--"})
    '{"name":"\\u003c/script\\u003e\\u003c!--"}'
    """
    return embeddable_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def embeddable_text(text: str) -> str:
    """Return JSON text with everything escaped that HTML or JavaScript would read.

    The escaped characters occur in JSON only inside strings, where the escape means the same.
    """
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text

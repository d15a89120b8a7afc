#!/usr/bin/env python3
"""Write ``words.js`` of the map page from the gettext catalogues, or say with ``--check`` whether it is what they say.

The page carries both languages, for a single file has no server to ask for the other one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geoservice.wording import LANGUAGES, words  # noqa: E402

SCRIPT: Final = ROOT / "geoservice/cartography/assets/words.js"


def main(arguments: Sequence[str]) -> int:
    """Write the script, or only look; return the exit code."""
    wanted = script("map")
    if "--check" in arguments:
        same = SCRIPT.is_file() and SCRIPT.read_text(encoding="utf-8") == wanted
        if not same:
            print(f"{SCRIPT.relative_to(ROOT)} is not what the catalogues say. Run: python tools/words.py")
        return 0 if same else 1
    SCRIPT.write_text(wanted, encoding="utf-8")
    return 0


def script(domain: str) -> str:
    """Return the script that hangs a catalogue in every language on the global ``geoservice``."""
    lines = [
        "/* The words of the map page, written by tools/words.py from geoservice/locale: change them there. */"
    ]
    texts = [words(domain, language).messages for language in LANGUAGES]
    pairs = {key: json.dumps([one[key] for one in texts], ensure_ascii=False) for key in texts[0]}
    lines += ["(function (geoservice) {", '  "use strict";', "", "  geoservice.WORDS = {"]
    lines += [f"    {key}: {pair}," for key, pair in pairs.items()]
    lines += ["  };", "})((globalThis.geoservice = globalThis.geoservice || {}));", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

r"""Text in cells of spreadsheets: what would run as a formula is guarded by an apostrophe, and freed again.

Spreadsheet programs run a cell that begins with ``=``, ``+``, ``-``, ``@``, their full-width forms, a tab or a line
break (CWE-1236). The apostrophe is how they are told that it is text. A text that already looks guarded gets one
more, so that freeing always gives back what was guarded.
"""

from __future__ import annotations

import re
from typing import Final

_RUNS: Final = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_GUARDED: Final = re.compile(r"'+[=+\-@＝＋－＠\t\r\n]")


def guard(text: str) -> str:
    """Return a text that no spreadsheet runs.

    >>> guard("=cmd|' /C calc'!A0"), guard("'=1"), guard("甲=1")
    ("'=cmd|' /C calc'!A0", "''=1", '甲=1')
    """
    return f"'{text}" if _RUNS.match(text) else text


def free(text: str) -> str:
    """Return the text that was guarded; what was not stays as it is.

    >>> free("'=1"), free("''=1"), free("'90年代")
    ('=1', "'=1", "'90年代")
    """
    return text[1:] if _GUARDED.match(text) else text

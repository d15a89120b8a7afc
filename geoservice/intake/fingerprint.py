"""By what an import is recognised as one that was made before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from geoservice.intake.headings import fold

if TYPE_CHECKING:
    from geoservice.intake.check import Checked


def fingerprint(checked: Checked) -> str:
    """Return the hash over mapping, joined ledgers and rejected rows.

    Rejects belong to it: the same file may be loaded again when more of its rows have become good, because
    what they refer to was imported meanwhile.
    """
    mapping = checked.mapping.to_json() if checked.mapping else {}
    said: dict[str, Any] = {
        "mapping": mapping,
        "joined": checked.report.file.joined_sha256,
        "rejects": [int(row) for row in checked.rejects["row"]] if len(checked.rejects) else [],
    }
    if checked.personal:
        # The same file once more, now that there is a vault, has something to say after all.
        said["personal"] = True
    return hashlib.sha256(
        json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode()
    ).hexdigest()


def headings_fingerprint(columns: Iterable[str]) -> str:
    """Return by what files of one make are recognised: their headings, whatever their order and spelling.

    >>> headings_fingerprint(["DKBH", "面积 (㎡)"]) == headings_fingerprint(["面积（m2）", "dkbh"])
    True
    """
    folded = sorted({fold(column) for column in columns})
    return hashlib.sha256("\x1f".join(folded).encode()).hexdigest()

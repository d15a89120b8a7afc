"""Keep the counts in the README of the data true."""

from __future__ import annotations

import re
from pathlib import Path


def refresh_counts(readme: Path, counts: dict[str, int]) -> None:
    """Write each count before its subject in ``readme``, where there is one.

    Parameters
    ----------
    readme : Path
        The file; nothing happens where it is absent.
    counts : dict
        Subject as it stands in the README to number of rows.
    """
    if not readme.is_file():
        return
    text = readme.read_text("utf-8")
    for subject, count in counts.items():
        text = re.sub(rf"[\d,A-Z]+ (?={re.escape(subject)})", f"{count:,} ", text)
    readme.write_text(text, "utf-8")

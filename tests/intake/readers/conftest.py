"""The corpus of small files, for readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.conftest import Corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Return a folder to write files into."""
    return Corpus(tmp_path)

"""What a check asks of the register; the registry answers it, without a database nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pandas as pd
from numpy.typing import NDArray


class Known(Protocol):
    """The register on one day."""

    def resolve(self, noun_name: str, values: Sequence[Any], scheme: str | None = None) -> list[str | None]:
        """Return the key each value names: a key, a code (under `scheme` or any), or a name only one has."""

    def overlapping(self, noun_name: str, geometries: NDArray[Any]) -> pd.DataFrame:
        """Return ``key, number, geometry`` of the shapes near `geometries` (EPSG:4490)."""

    def surveyed(self, noun_name: str, keys: Sequence[str]) -> set[str]:
        """Return those keys whose shape in force is a survey: there, and not from a web map."""

    def areas(self, noun_name: str, kind: str | None = None) -> pd.DataFrame:
        """Return ``key, name, geometry`` of all zones (of a kind) or parks."""

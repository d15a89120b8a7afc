"""The one protocol behind which every family of formats is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from geoservice.intake.table import RawTable, ReadOptions


@dataclass(frozen=True, slots=True)
class Source:
    """A file at the door: its path and its first bytes, by which it is recognised.

    Attributes
    ----------
    path : Path
        The file itself.
    head : bytes
        Up to 64 KiB from its start.
    """

    path: Path
    head: bytes

    @property
    def name(self) -> str:
        """Return the file name without its folder, fit for reports."""
        return self.path.name


class Reader(Protocol):
    """One family of formats. A new family is one file with such a class, listed in :mod:`.registry`."""

    @property
    def format(self) -> str:
        """Name of the family as reports show it."""

    def recognises(self, source: Source) -> bool:
        """Tell by content, not by name, whether the file belongs to the family."""

    def layers(self, source: Source) -> list[str]:
        """Return the layers or sheets that hold anything, in their order."""

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return one layer or sheet.

        Raises
        ------
        IntakeRefused
            The file cannot be read; says what to do.
        """

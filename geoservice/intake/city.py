"""Import a whole city: every file of a manifest, in order, in one unit of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from geoservice.db import UnitOfWork
from geoservice.intake.check import Checked, check_file
from geoservice.intake.known import Known
from geoservice.intake.load import Accept, LoadResult, load
from geoservice.intake.manifest import CityManifest, Entry

Tell: TypeAlias = Callable[[Entry, int, int], None]


@dataclass(frozen=True)
class Imported:
    """One file of a city: its entry, how its check went, and what was written."""

    entry: Entry
    checked: Checked
    result: LoadResult


def check_city(manifest: CityManifest, folder: Path, known: Known | None = None) -> Iterator[tuple[Entry, Checked]]:
    """Yield every entry of a manifest with its check; nothing is written.

    Without its predecessors loaded, a file's references are not held: pass a register only for a city that
    is imported already.
    """
    for entry in manifest.imports:
        checked = check_file(
            folder / entry.file, mapping=entry.mapping, known=known, settings=manifest.settings()
        )
        yield entry, checked


def import_city(
    manifest: CityManifest,
    folder: Path,
    unit: UnitOfWork,
    *,
    known: Known,
    accept: Accept = "all",
    valid_from: date,
    tell: Tell | None = None,
) -> list[Imported]:
    """Check and load every file of a manifest; later files see what earlier ones wrote.

    Parameters
    ----------
    manifest : CityManifest
    folder : Path
        Where the files lie.
    unit : UnitOfWork
        One publish for the whole city: if any file is refused, nothing of it remains.
    known : Known
        The register as the unit sees it.
    accept : {"all", "good"}
    valid_from : date
    tell : callable, optional
        Told each entry before its turn, its place and how many there are.

    Raises
    ------
    ImportRefused
        A file has errors and `accept` is ``all``, or cannot be read at all.
    """
    done = []
    for place, entry in enumerate(manifest.imports):
        if tell is not None:
            tell(entry, place, len(manifest.imports))
        checked = check_file(
            folder / entry.file, mapping=entry.mapping, known=known, settings=manifest.settings()
        )
        done.append(Imported(entry, checked, load(checked, unit, known=known, accept=accept, valid_from=valid_from)))
    return done



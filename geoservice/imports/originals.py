"""Keeping the original of an import: sealed in the vault where there is one, else in the protected folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from geoservice.db import UnitOfWork
from geoservice.imports.store import Store, bundle, open_store
from geoservice.intake.load import LoadResult
from geoservice.registry.import_runs import known_runs
from geoservice.registry.sealed import keep_original
from geoservice.service import Service


def keeper(
    service: Service, paths: Sequence[Path], *, received: bool
) -> Callable[[UnitOfWork, LoadResult], None]:
    """Return what keeps the original within a publish.

    Parameters
    ----------
    service : Service
    paths : sequence of Path
        The file and what belongs to it.
    received : bool
        They lie in the store already.
    """

    def keep(unit: UnitOfWork, result: LoadResult) -> None:
        store = open_store(service.settings)
        _sweep(unit, store, result.run, received=received)
        if service.vault is not None:
            with tempfile.TemporaryDirectory(prefix="geoservice-") as folder:
                whole = bundle(paths, Path(folder) / f"{paths[0].stem}.zip")
                keep_original(unit, service.vault, result.run, whole)
        elif not received:
            store.copy(result.run, paths)

    return keep


def _sweep(unit: UnitOfWork, store: Store, run: int, *, received: bool) -> None:
    """Remove what an import left that was killed between its copy and its commit: nothing tells of such a file.

    Publishes follow one another, so that no other import of this database is between the two now.
    """
    held = store.copied()
    for number in held - known_runs(unit.connection, held):
        store.forget(number)
    if not received:
        store.forget(run)

"""``geoservice demo``: load the demo city through the public intake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from geoservice import clock
from geoservice.cli.context import DatabaseOption, opened, out, progress_bar
from geoservice.cli.importing import Asked, check_against, publish, set_city
from geoservice.errors import Conflict
from geoservice.intake.load import Accept, LoadResult
from geoservice.intake.manifest import CityManifest, Entry, read_manifest
from geoservice.registry.census import census, is_empty
from geoservice.registry.settings import read_city, read_setting, write_setting
from geoservice.service import Service

_SETTING: Final = "demo"


def demo(database: DatabaseOption = None) -> None:
    """Load the demo city 清澜市 from `data/parcels/`; loading it again changes nothing.

    Example: `geoservice demo --database demo.gpkg`
    """
    with opened(database) as service:
        load_demo(service)


def load_demo(service: Service) -> None:
    """Load the demo city.

    Raises
    ------
    Conflict
        If the database is about another city already.
    """
    manifest = read_manifest(service.settings.data_dir / "city.toml")
    _mark(service, "loading")
    load_city(service, manifest, service.settings.data_dir, accept="all")
    _mark(service, "loaded")
    with service.database.read() as connection:
        held = census(connection)
    out.print(
        f"{manifest.name}: {held.get('parcel', 0)} parcels, {held.get('project', 0)} projects, "
        f"{held.get('park', 0)} parks, {held.get('demolition_task', 0)} clearance tasks.",
        highlight=False,
    )


def wants_demo(service: Service) -> bool:
    """Say whether the database is empty, or a load of the demo city was cut off."""
    with service.database.read() as connection:
        return is_empty(connection) or read_setting(connection, _SETTING) == "loading"


def load_city(
    service: Service, manifest: CityManifest, folder: Path, *, accept: Accept
) -> list[tuple[Entry, LoadResult]]:
    """Load every file of a manifest in its order, each one publish, with a progress bar.

    Raises
    ------
    Conflict
        If the database is about another city already.
    """
    with service.database.read() as connection:
        held = read_city(connection)
        if census(connection) and held.name != manifest.name:
            raise Conflict(
                "This database is about another city", held.name, "Choose another file with --database."
            )
    set_city(service, manifest)
    done = []
    with progress_bar() as bar:
        total = bar.add_task(manifest.name, total=len(manifest.imports))
        step = bar.add_task("", total=None)

        def tell(what: str, finished: int, of: int) -> None:
            bar.update(step, description=f"  {what}", completed=finished, total=of)

        for entry in manifest.imports:
            bar.update(total, description=entry.title)
            asked = Asked(entry.mapping, entry.noun)
            checked = check_against(service, folder / entry.file, asked, manifest.settings(), tell)
            result = publish(
                service, checked, actor="operator", accept=accept, valid_from=_since(manifest), tell=tell
            )
            done.append((entry, result))
            bar.advance(total)
        bar.remove_task(step)
        bar.update(total, description=manifest.name)
    return done


def _mark(service: Service, state: str) -> None:
    with service.database.write() as connection:
        write_setting(connection, _SETTING, state, clock.now())


def _since(manifest: CityManifest) -> date:
    """Return the day the city's data hold from, as the manifest says; else today."""
    since = manifest.said.get("valid_from")
    return since if isinstance(since, date) else clock.today()

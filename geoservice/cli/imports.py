"""``geoservice import``: check a file, then load it in one publish."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from geoservice import clock
from geoservice.cli.check import (
    CrsOption,
    EncodingOption,
    HtmlOption,
    JsonOption,
    LayerOption,
    MappingOption,
    NounOption,
    show,
)
from geoservice.cli.context import DatabaseOption, err, opened, out, progress_bar
from geoservice.cli.demo import load_city
from geoservice.cli.importing import Asked, check_against, intake_settings, publish
from geoservice.errors import InvalidInput
from geoservice.imports.originals import keeper
from geoservice.imports.preview import missing_of
from geoservice.intake.check import Checked
from geoservice.intake.load import Accept, LoadResult
from geoservice.intake.manifest import read_manifest
from geoservice.intake.mapping import SourceRule
from geoservice.intake.mapping_file import read_mapping
from geoservice.intake.reading import parts_of
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from geoservice.service import Service
from geoservice.web.questions import parse_day


def import_files(
    file: Annotated[Path | None, typer.Argument(help="File to load.")] = None,
    noun: NounOption = None,
    mapping: MappingOption = None,
    layer: LayerOption = None,
    crs: CrsOption = None,
    encoding: EncodingOption = None,
    accept: Annotated[
        str, typer.Option(help="all: everything or nothing; good: the good rows, rejects recorded.")
    ] = "all",
    valid_from: Annotated[
        str | None, typer.Option(help="Day from which the rows hold; default today.")
    ] = None,
    end_missing: Annotated[
        bool,
        typer.Option(
            "--end-missing",
            help="The file is a whole delivery: end what earlier ones of its source or layer held and it does not.",
        ),
    ] = False,
    city: Annotated[Path | None, typer.Option(help="A manifest (city.toml) instead of one file.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--from", help="Folder of the manifest's files; default its own.")
    ] = None,
    as_json: JsonOption = False,
    html: HtmlOption = None,
    database: DatabaseOption = None,
) -> None:
    """Load a file, or a whole city by its manifest: one file is one publish, all of it or nothing.

    Example: `geoservice import 宗地.shp --noun parcel --mapping mapping.toml --accept good`
    """
    taken: Accept = _accepted(accept)
    with opened(database) as service:
        if city is not None:
            _whole_city(service, city, folder, taken)
        elif file is not None:
            day = clock.today() if valid_from is None else parse_day(valid_from, "--valid-from")
            asked = Asked(read_mapping(mapping) if mapping else None, noun, SourceRule(layer, encoding, crs))
            _one_file(service, file, asked, taken, day, as_json=as_json, html=html, end_missing=end_missing)
        else:
            raise InvalidInput("Nothing to import", None, "Name a file, or a manifest with --city.")


def _one_file(
    service: Service,
    file: Path,
    asked: Asked,
    accept: Accept,
    day: date,
    *,
    as_json: bool,
    html: Path | None,
    end_missing: bool,
) -> None:
    with progress_bar() as bar:
        step = bar.add_task(file.name, total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(step, description=f"{file.name} · {what}", completed=done, total=total)

        checked = check_against(service, file, asked, intake_settings(service), tell)
        bar.remove_task(step)
    show([checked], as_json=as_json, html=html)
    if checked.report.ok or accept == "good":
        _say_missing(service, checked, day, ending=end_missing)
    with progress_bar() as bar:
        step = bar.add_task(file.name, total=None)

        def tell_load(what: str, done: int, total: int) -> None:
            bar.update(step, description=f"{file.name} · {what}", completed=done, total=total)

        result = publish(
            service,
            checked,
            actor="operator",
            accept=accept,
            valid_from=day,
            tell=tell_load,
            end_missing=end_missing,
            keep=keeper(service, parts_of(file), received=False),
        )
        bar.remove_task(step)
    if not as_json:
        out.print(_said(result), highlight=False)


def _say_missing(service: Service, checked: Checked, day: date, *, ending: bool) -> None:
    """Say how many things the file no longer contains before anything is done about them."""
    with service.database.read() as connection:
        seen = missing_of(connection, checked, Known(connection, Moment.today()), day)
    if seen is None or not (seen["count"] or seen["unclear"]):
        return
    if seen["unclear"]:
        err.print(seen["unclear"], highlight=False)
        return
    end = f"they end on {day.isoformat()}" if ending else "they stay; --end-missing ends them"
    err.print(
        f"{seen['count']} things of {seen['scope']} ({seen['imports']} earlier imports) are not in the file: {end}.",
        highlight=False,
    )


def _whole_city(service: Service, city: Path, folder: Path | None, accept: Accept) -> None:
    manifest = read_manifest(city)
    for entry, result in load_city(service, manifest, folder or city.parent, accept=accept):
        out.print(f"{entry.title}: {_said(result)}", highlight=False)


def _said(result: LoadResult) -> str:
    if result.repeated:
        return f"The same file was imported before (run {result.run}); nothing was changed."
    children = "".join(f", {number} {noun}" for noun, number in result.children.items())
    sealed = f", personal fields of {result.personal} sealed" if result.personal else ""
    return (
        f"run {result.run}: {result.new} new, {result.changed} changed, {result.unchanged} unchanged"
        f"{children}, {result.ended} ended, {result.rejected} rejected{sealed}."
    )


def _accepted(text: str) -> Accept:
    if text == "all":
        return "all"
    if text == "good":
        return "good"
    raise InvalidInput("--accept takes all or good", text, "Choose one.")

"""One file is one check against the register, then one publish: for commands, manifests and jobs alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from geoservice.db import UnitOfWork
from geoservice.db.geopackage.schema import refresh_extents
from geoservice.geo.local_datum import read_local_datums
from geoservice.intake.check import Checked, check_file
from geoservice.intake.load import Accept, LoadResult, load
from geoservice.intake.mapping import Mapping, SourceRule
from geoservice.intake.reading import Recall
from geoservice.intake.rules.check_rules import read_check_rules
from geoservice.intake.settings import IntakeSettings
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from geoservice.registry.settings import read_city
from geoservice.service import Service

Tell = Callable[[str, int, int], None]


def intake_settings(service: Service) -> IntakeSettings:
    """Return what checks need to know about the city of this database."""
    with service.database.read() as connection:
        city = read_city(connection)
    return IntakeSettings(
        extent=city.extent,
        default_crs=city.default_crs,
        county=city.county,
        datums=read_local_datums(service.settings.datums_file),
        rules=read_check_rules(service.settings.checks_file),
    )


@dataclass(frozen=True)
class Asked:
    """What a person says about a file: how to map it, what it holds, and facts it does not tell itself."""

    mapping: Mapping | None = None
    noun: str | None = None
    source: SourceRule | None = None


def check_against(
    service: Service,
    path: Path,
    asked: Asked,
    settings: IntakeSettings,
    tell: Tell | None = None,
    *,
    day: date | None = None,
    recall: Recall | None = None,
) -> Checked:
    """Check a file against what the register holds on a day, default today; nothing is changed.

    Personal columns are set aside where there is a vault: who imports may write to it.
    """
    with service.database.read() as connection:
        return check_file(
            path,
            mapping=asked.mapping,
            noun=asked.noun,
            source=asked.source,
            known=Known(connection, Moment.today() if day is None else Moment(day)),
            settings=replace(
                settings, keep_personal=service.vault is not None, procedures=service.procedures
            ),
            progress=tell,
            recall=recall,
        )


def publish(
    service: Service,
    checked: Checked,
    *,
    actor: str,
    accept: Accept,
    valid_from: date,
    tell: Tell | None = None,
    end_missing: bool = False,
    number: int | None = None,
    keep: Callable[[UnitOfWork, LoadResult], None] | None = None,
) -> LoadResult:
    """Load a checked file in one publish: all of it or nothing.

    Parameters
    ----------
    service : Service
    checked : Checked
    actor : str
        Who decided.
    accept : {"all", "good"}
    valid_from : date
        Day from which the rows hold.
    tell : callable, optional
        Told how far the verdicts are; what it raises stops the publish, and nothing is kept.
    end_missing : bool
        End what the file as a whole delivery no longer contains.
    number : int, optional
        Record of the conversation that led to this.
    keep : callable, optional
        Keeps the original within the same unit of work.
    """
    action = f"import {checked.report.file.name}"
    with service.work(tell).begin(actor, action) as unit:
        known = Known(unit.connection, Moment.today())
        result = load(
            checked,
            unit,
            known=known,
            accept=accept,
            valid_from=valid_from,
            vault=service.vault,
            end_missing=end_missing,
            number=number,
        )
        if keep is not None and not result.repeated:
            keep(unit, result)
        if unit.embedded and not result.repeated:
            refresh_extents(unit.connection)
    return result

"""Check a file: everything an import does, without the database being changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from geoservice import clock
from geoservice.errors import GeoserviceError
from geoservice.intake.build import build
from geoservice.intake.built import Built
from geoservice.intake.errors import as_finding
from geoservice.intake.findings import Finding, blocks, in_file
from geoservice.intake.known import Known
from geoservice.intake.mapping import NOTHING_SAID, Mapping, SourceRule
from geoservice.intake.personal import entries_of
from geoservice.intake.reading import Recall, facts_of, identity_of, read_table
from geoservice.intake.report import FileFacts, Report, in_order
from geoservice.intake.settings import DEFAULTS, IntakeSettings
from geoservice.intake.summary import counts_of, features_of, fields_of, samples_of
from geoservice.intake.table import RawTable

Progress: TypeAlias = Callable[[str, int, int], None]
_STEPS = ("读取", "清洗与核对", "汇总")


@dataclass
class Checked:
    """A file as it came out of the check.

    Attributes
    ----------
    report : Report
    clean : dict of str to DataFrame
        The rows that can be loaded, by noun: the file's own noun with its fields (references as keys where a
        register was at hand), ``geometry`` (EPSG:4490), ``original_crs``, ``original_wkb``, ``extra`` and
        ``held`` (key under which a row is held already); child nouns with ``position`` in the main frame.
    rejects : DataFrame
        ``row, key, codes, messages`` of the rows that cannot.
    mapping : Mapping or None
        As it was applied.
    personal : list
        Personal fields of each row of the file's own noun, on their way to the vault; in no report.
    columns : dict of str to tuple of str
        Every heading of the file that is not personal, with a few of its cells as they stand there.
    """

    report: Report
    clean: dict[str, pd.DataFrame] = field(default_factory=dict)
    rejects: pd.DataFrame = field(default_factory=pd.DataFrame)
    mapping: Mapping | None = None
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    personal: list[list[dict[str, str]]] = field(default_factory=list, repr=False)

    @property
    def main(self) -> pd.DataFrame:
        """Return the rows of the file's own noun."""
        return self.clean.get(self.report.noun or "", pd.DataFrame())


def check_file(
    path: Path,
    *,
    mapping: Mapping | None = None,
    noun: str | None = None,
    source: SourceRule | None = None,
    known: Known | None = None,
    settings: IntakeSettings = DEFAULTS,
    progress: Progress | None = None,
    recall: Recall | None = None,
) -> Checked:
    """Read, recognise, map, clean and check a file.

    Parameters
    ----------
    path : Path
        A file of a known format; of a Shapefile any of its parts.
    mapping : Mapping, optional
        Wins over what the headings suggest.
    noun : str, optional
        What the file holds, where no mapping says so.
    source : SourceRule, optional
        Layer, encoding, CRS or heading rows that a person names; wins over the mapping's.
    known : Known, optional
        The register, against which references and overlaps are checked; without it the report says that
        they were not.
    settings : IntakeSettings
    progress : callable, optional
        Told the step, how many are done, and how many there are.
    recall : callable, optional
        Asked for the mapping that such headings had before, where none is given.

    Returns
    -------
    Checked
        Whatever is wrong with the file is in the report; nothing is raised for it. O(n log n) in the rows.
    """
    found: list[Finding] = []
    tell = progress or (lambda _step, _done, _total: None)
    try:
        tell(_STEPS[0], 0, 3)
        table, bound = read_table(
            path,
            mapping,
            noun,
            found,
            source or NOTHING_SAID,
            keep_personal=settings.keep_personal,
            recall=recall,
        )
        columns = samples_of(table)
        if blocks(found):
            return replace(_refused(path, found, bound, table), columns=columns)
        tell(_STEPS[1], 1, 3)
        built = build(table, bound, known, settings, found)
        tell(_STEPS[2], 2, 3)
        checked = _checked(path, table, bound, built, known, settings, found)
        checked.columns = columns
        tell(_STEPS[2], 3, 3)
    except GeoserviceError as error:
        found.append(as_finding(error))
        return _refused(path, found, mapping, None, noun)
    return checked


def _checked(
    path: Path,
    table: RawTable,
    mapping: Mapping,
    built: Built,
    known: Known | None,
    settings: IntakeSettings,
    found: list[Finding],
) -> Checked:
    facts = facts_of(path, table, mapping, built.crs, built.crs_evidence)
    ready = in_order(in_file(built.keyed(found), facts.name))
    blocked = blocks(ready)
    clean = {} if blocked else built.frames()
    features, shapes = features_of(built, blocked)
    report = Report(
        file=facts,
        noun=mapping.noun,
        fields=fields_of(mapping, built),
        counts=counts_of(built, ready, clean),
        findings=ready,
        features=features,
        outlines=shapes,
        mapping=mapping.to_json(),
        rules=built.rules.to_json(),
        against_database=known is not None,
        checked_on=settings.today or clock.today(),
    )
    personal = entries_of(table)
    aside = [] if personal is None or blocked else [personal[i] for i in built.good]
    return Checked(report, clean, built.rejects(ready), mapping, personal=aside)


def _refused(
    path: Path,
    found: list[Finding],
    mapping: Mapping | None,
    table: RawTable | None,
    noun: str | None = None,
) -> Checked:
    if table is not None and mapping is not None:
        facts = facts_of(path, table, mapping, table.crs, table.crs_evidence)
    else:
        name, sha256, size = identity_of(path)
        facts = FileFacts(name, sha256, size)
    report = Report(
        file=facts,
        noun=mapping.noun if mapping else noun,
        findings=in_order(in_file(found, facts.name)),
        mapping=mapping.to_json() if mapping else {},
    )
    return Checked(report, mapping=mapping)

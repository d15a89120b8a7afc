"""The report of a check: what the file is, how it was read, what was found, what would be loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from geoservice import clock
from geoservice.intake.findings import SEVERITIES, Finding, blocks
from geoservice.model.nouns import NOUNS


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known about a file before its rows are looked at; the name is without its folder."""

    name: str
    sha256: str = ""
    size: int = 0
    format: str = ""
    layer: str = ""
    encoding: str | None = None
    encoding_evidence: str = ""
    crs: str | None = None
    crs_evidence: str = ""
    header_rows: tuple[int, ...] = ()
    joined: str | None = None
    joined_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """How one field was read: from which column, in which unit, with sample values."""

    field: str
    source: str
    unit: str | None = None
    recognised: bool = False
    filled: int = 0
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeatureFacts:
    """One shape: its row and number, area on the ellipsoid, parts and holes, and whether it would be loaded."""

    row: int
    key: str | None
    area_m2: float | None
    planar_area_m2: float | None
    parts: int
    holes: int
    loads: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows the file has, how many have errors or warnings, and what would be loaded."""

    rows: int = 0
    ok: int = 0
    warnings: int = 0
    errors: int = 0
    merged: int = 0
    to_load: int = 0
    children: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one code, and of one field where they name one."""

    severity: str
    code: str
    field: str | None
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Report:
    """Everything a check has to say.

    Attributes
    ----------
    file : FileFacts
    noun : str or None
        What the file was read as.
    fields : list of FieldFacts
    counts : Counts
    findings : list of Finding
        Errors first, then by row.
    features : list of FeatureFacts
    outlines : list of (feature index, geometry)
        Shapes for the map of the HTML page, EPSG:4490.
    mapping : dict
        The mapping as it was applied.
    rules : list of dict
        The rules by which rows were judged: code, severity, params and who set them.
    against_database : bool
        Whether references and overlaps with what is held were looked at.
    checked_on : date
        Shanghai day of the check.
    """

    file: FileFacts
    noun: str | None = None
    fields: list[FieldFacts] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    findings: list[Finding] = field(default_factory=list)
    features: list[FeatureFacts] = field(default_factory=list)
    outlines: list[Any] = field(default_factory=list)
    mapping: dict[str, Any] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)
    against_database: bool = False
    checked_on: date = field(default_factory=clock.today)

    @property
    def noun_text(self) -> str:
        """Return what the file was read as, in Chinese and by its name."""
        return f"{NOUNS[self.noun].zh}（{self.noun}）" if self.noun and self.noun in NOUNS else ""

    @property
    def verdict_text(self) -> str:
        """Return in a sentence whether the file can be loaded."""
        if blocks(self.findings):
            return "不能导入：文件本身有错误"
        if not self.ok:
            return f"{self.counts.errors:,} 行不能导入，其余 {self.counts.to_load:,} 行可以"
        return "可以导入"

    @property
    def verdict_text_en(self) -> str:
        """Return :attr:`verdict_text` in English."""
        if blocks(self.findings):
            return "Cannot be loaded: there is an error in the file as a whole"
        if not self.ok:
            return f"{self.counts.errors:,} rows cannot be loaded, the other {self.counts.to_load:,} can"
        return "Can be loaded"

    @property
    def ok(self) -> bool:
        """Tell whether every row can be loaded."""
        return not any(f.severity == "error" for f in self.findings)

    def groups(self) -> list[Group]:
        """Return the findings by severity, code and field, in order of first appearance within a severity."""
        by_kind: dict[tuple[str, str, str | None], list[Finding]] = {}
        for found in self.findings:
            by_kind.setdefault((found.severity, found.code, found.field), []).append(found)
        groups = [Group(*kind, found) for kind, found in by_kind.items()]
        return sorted(groups, key=lambda g: SEVERITIES.index(g.severity))

    def to_json(self) -> dict[str, Any]:
        """Return the whole report as plain data; every finding, none of the shapes."""
        facts = self.file
        return {
            "file": {
                "name": facts.name,
                "sha256": facts.sha256,
                "size": facts.size,
                "format": facts.format,
                "layer": facts.layer,
                "encoding": facts.encoding,
                "encoding_evidence": facts.encoding_evidence,
                "crs": facts.crs,
                "crs_evidence": facts.crs_evidence,
                "header_rows": list(facts.header_rows),
                "joined": facts.joined,
            },
            "noun": self.noun,
            "checked_on": self.checked_on.isoformat(),
            "ok": self.ok,
            "against_database": self.against_database,
            "mapping": self.mapping,
            "rules": self.rules,
            "fields": [
                {
                    "field": f.field,
                    "source": f.source,
                    "unit": f.unit,
                    "recognised": f.recognised,
                    "filled": f.filled,
                    "samples": list(f.samples),
                }
                for f in self.fields
            ],
            "counts": {
                "rows": self.counts.rows,
                "ok": self.counts.ok,
                "warnings": self.counts.warnings,
                "errors": self.counts.errors,
                "merged": self.counts.merged,
                "to_load": self.counts.to_load,
                "children": self.counts.children,
            },
            "findings": [f.to_json() for f in self.findings],
            "features": [
                {
                    "row": f.row,
                    "key": f.key,
                    "area_m2": f.area_m2,
                    "planar_area_m2": f.planar_area_m2,
                    "parts": f.parts,
                    "holes": f.holes,
                    "loads": f.loads,
                }
                for f in self.features
            ],
        }


def in_order(findings: list[Finding]) -> list[Finding]:
    """Return findings with errors first, those about the file before those about rows, then by row."""
    return sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), f.row is not None, f.row or 0))


def count_text(counts: Counts) -> str:
    """Return the counts in a line.

    >>> count_text(Counts(rows=12, errors=2, to_load=10))
    '12 行 · 错误 2 · 提醒 0 · 可导入 10'
    """
    said = (
        f"{counts.rows:,} 行 · 错误 {counts.errors:,} · 提醒 {counts.warnings:,} · 可导入 {counts.to_load:,}"
    )
    return said + "".join(f" · {noun} {number:,}" for noun, number in counts.children.items())


def size_text(size: int) -> str:
    """Return a file size for people.

    >>> size_text(2_500_000), size_text(800)
    ('2.5 MB', '800 B')
    """
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1000:.0f} kB" if size >= 1000 else f"{size} B"

"""Mappings: which column gives which field, declared in a small TOML file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, TypeAlias

Policy: TypeAlias = Literal["reject", "merge", "number", "keep_first"]

LINK_SEPARATOR: Final = r"[,，;；/、\s]+"


@dataclass(frozen=True)
class FieldRule:
    """Where the value of one field comes from.

    Attributes
    ----------
    column : str, optional
        Heading of the column.
    const : object, optional
        The same value for every row.
    template : str, optional
        Text with ``{headings}`` filled in.
    unit : str, optional
        ``m2 mu ha km2 sqft`` for areas, ``yuan wan yi`` for money.
    values : mapping
        Cell → value, before the vocabulary is asked.
    default : object, optional
        For empty cells, and for values the vocabulary does not know.
    empty : tuple of str
        Cells that mean nothing.
    fallback : tuple of str
        Columns to take, in order, where the first is empty.
    format : str, optional
        Of dates in ``strptime`` notation, where the order of day and month must be said.
    """

    column: str | None = None
    const: Any = None
    template: str | None = None
    unit: str | None = None
    values: Table[str, Any] = field(default_factory=dict)
    default: Any = None
    empty: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    format: str | None = None

    @property
    def columns(self) -> list[str]:
        """Return the headings the rule reads."""
        return [c for c in (self.column, *self.fallback) if c]


@dataclass(frozen=True)
class GeometryRule:
    """Where the shape comes from when it is not the layer's own: text columns, or nowhere (``ignore``)."""

    wkt: str | None = None
    wkb: str | None = None
    x: str | None = None
    y: str | None = None
    ignore: bool = False

    @property
    def columns(self) -> list[str]:
        """Return the headings the rule reads."""
        return [c for c in (self.wkt, self.wkb, self.x, self.y) if c]


@dataclass(frozen=True)
class StageRule:
    """Columns of one project stage."""

    planned: FieldRule | None = None
    actual: FieldRule | None = None
    evidence: FieldRule | None = None


@dataclass(frozen=True)
class StatusRule:
    """A stage told by a status word: the word's stage was reached on the day of `date`, a column or a day."""

    column: str
    values: Table[str, str]
    date: str
    evidence: str | None = None


@dataclass(frozen=True)
class LinksRule:
    """A column that lists the parcels of a project; without one, links come from the shapes alone."""

    column: str | None = None
    separator: str = LINK_SEPARATOR
    scheme: str | None = None
    role: str = "site"


@dataclass(frozen=True)
class JoinRule:
    """A ledger joined by key: several of its rows per key are aggregated."""

    file: str
    left: str
    right: str
    columns: Table[str, str]
    aggregate: Table[str, str] = field(default_factory=dict)
    sheet: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class MonthsRule:
    """Columns of monthly investment: a pattern with the groups ``year`` and ``month``, and the unit."""

    pattern: str
    unit: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class SourceRule:
    """What is said about the file itself."""

    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    header_rows: tuple[int, ...] = ()

    def over(self, other: SourceRule) -> SourceRule:
        """Return `other` with everything this rule says put in its place."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return replace(other, **{name: value for name, value in said.items() if value})


NOTHING_SAID: Final = SourceRule()


@dataclass(frozen=True)
class Mapping:
    """How one file becomes rows of one noun.

    Attributes
    ----------
    noun : str
        A name of :data:`geoservice.model.nouns.NOUNS`.
    source, geometry, fields, stages, status, links, join, months
        See their classes; `fields` may be empty: then they are recognised from the headings.
    match_by : tuple of str
        Fields by which rows are recognised again.
    duplicates : {"reject", "merge", "number", "keep_first"}
        What to do with rows that repeat the first field of `match_by`.
    extra : tuple of str
        Columns kept as they are in ``extra``; ``("*",)`` for all that no field uses.
    layer : mapping
        Metadata of the layer that layer features belong to.
    checks : mapping
        Severity and tolerances of checks by code, over the city's (:mod:`geoservice.intake.rules`).
    recognised : frozenset of str
        Fields that were proposed from the headings rather than declared.
    """

    noun: str
    source: SourceRule = SourceRule()
    geometry: GeometryRule = GeometryRule()
    fields: Table[str, FieldRule] = field(default_factory=dict)
    match_by: tuple[str, ...] = ()
    duplicates: Policy = "reject"
    stages: Table[str, StageRule] = field(default_factory=dict)
    status: StatusRule | None = None
    links: LinksRule | None = None
    join: JoinRule | None = None
    months: MonthsRule | None = None
    extra: tuple[str, ...] = ()
    layer: Table[str, Any] = field(default_factory=dict)
    checks: Table[str, Any] = field(default_factory=dict)
    recognised: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Return every column the mapping reads, with the field that needs it."""
        read = [(c, name) for name, rule in self.fields.items() for c in rule.columns]
        read += [(c, "geometry") for c in self.geometry.columns]
        for stage, rule in self.stages.items():
            parts = (("planned", rule.planned), ("actual", rule.actual), ("evidence", rule.evidence))
            read += [(c, f"stages.{stage}.{part}") for part, r in parts if r for c in r.columns]
        if self.status:
            read.append((self.status.column, "stage_from_status"))
        if self.links and self.links.column:
            read.append((self.links.column, "links"))
        return read

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as plain data, only what is said, for the record of an import."""
        plain: dict[str, Any] = _plain(self)
        plain.pop("recognised", None)
        return plain

    def sha256(self) -> str:
        """Return the hash by which a repeated import is recognised."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_source(self, **changes: Any) -> Mapping:
        """Return the mapping with other facts about the file, such as ``crs`` or ``layer``."""
        said = {name: value for name, value in changes.items() if value is not None}
        return replace(self, source=replace(self.source, **said))


def _plain(value: Any) -> Any:
    """Turn rules into dictionaries without the members that say nothing."""
    if hasattr(value, "__dataclass_fields__"):
        value = {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, Table):
        plain = {str(k): _plain(v) for k, v in value.items()}
        return {k: v for k, v in plain.items() if v not in (None, {}, [], False, "")}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return value

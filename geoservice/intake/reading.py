"""From a path to a table that is bound to a mapping: read, recognise, leave personal data out, join."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from geoservice.intake.bind import bind
from geoservice.intake.errors import refuse
from geoservice.intake.findings import Finding, blocks, finding
from geoservice.intake.geometry.columns import shape_rule, with_shapes
from geoservice.intake.headings import fold, split_unit
from geoservice.intake.join import join
from geoservice.intake.mapping import NOTHING_SAID, Mapping, SourceRule
from geoservice.intake.privacy import holds_personal, is_personal, lists_households
from geoservice.intake.readers import registry
from geoservice.intake.readers.protocol import Reader, Source
from geoservice.intake.recognise import guess_noun, known_words, propose
from geoservice.intake.report import FileFacts
from geoservice.intake.table import RawTable, ReadOptions
from geoservice.model.nouns import noun as noun_named

Recall: TypeAlias = Callable[[list[str], str | None], Mapping | None]
"""From headings, and what a person says the file holds, to the mapping such files had before."""

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CHUNK = 1 << 20


def read_table(
    path: Path,
    mapping: Mapping | None,
    noun: str | None,
    found: list[Finding],
    source: SourceRule = NOTHING_SAID,
    *,
    keep_personal: bool = False,
    recall: Recall | None = None,
) -> tuple[RawTable, Mapping]:
    """Return the table of a file without personal columns, and the mapping bound to its headings.

    Parameters
    ----------
    path : Path
    mapping : Mapping, optional
        Without fields, or absent, they are recognised from the headings.
    noun : str, optional
        What the file holds; recognised when neither this nor a mapping says it.
    found : list of Finding
        Receives what was noticed; an error about the file means that there is no use going on.
    source : SourceRule
        What a person says about the file.
    keep_personal : bool
        Set personal columns of households aside for the vault rather than drop them.
    recall : callable, optional
        Asked for the mapping that such headings had before, where none is given.

    Raises
    ------
    GeoserviceError
        The file cannot be read, or nothing tells what it holds.
    """
    if mapping is not None:
        mapping = replace(mapping, source=source.over(mapping.source))
    options = _options(mapping, source)
    table = registry.read(path, options, _chooser(mapping, noun, options))
    found += table.findings
    table.findings.clear()
    if mapping is None and recall is not None:
        recalled = recall(table.columns, noun)
        mapping = recalled and replace(recalled, source=source.over(recalled.source))
    chosen = mapping or Mapping(_noun(table, noun, found), source=source)
    table = _without_personal(table, chosen, found, keep=keep_personal)
    if chosen.join is not None:
        table = join(table, chosen.join, path.parent, chosen.noun)
        found += table.findings
    shaped, table = with_shapes(chosen, table, found)
    bound, missing = bind(propose(shaped, table.columns), table.columns)
    found += missing
    if not len(table) and not blocks(found):
        found.append(finding("no_rows", value=table.name))
    return table, bound


def facts_of(path: Path, table: RawTable, mapping: Mapping, crs: str | None, crs_evidence: str) -> FileFacts:
    """Return what a report says about the file itself, and about the ledger joined to it."""
    name, sha256, size = identity_of(path)
    joined = identity_of(path.parent / mapping.join.file)[:2] if mapping.join else (None, None)
    return FileFacts(
        name=name,
        sha256=sha256,
        size=size,
        format=table.format,
        layer=table.name,
        encoding=table.encoding,
        encoding_evidence=table.encoding_evidence,
        crs=crs,
        crs_evidence=crs_evidence,
        header_rows=table.header_rows,
        joined=joined[0],
        joined_sha256=joined[1],
    )


def identity_of(path: Path) -> tuple[str, str, int]:
    """Return name, SHA-256 and size in bytes of a file; of a Shapefile or geodatabase over all of its parts."""
    path = registry.main_part(path)
    if not path.exists():
        return path.name, "", 0
    parts = [f for part in parts_of(path) for f in (sorted(part.rglob("*")) if part.is_dir() else [part])]
    parts = [part for part in parts if part.is_file()]
    digest, size = hashlib.sha256(), 0
    for part in parts:
        with part.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    return path.name, digest.hexdigest(), size


def parts_of(path: Path) -> list[Path]:
    """Return what belongs to a file: of a Shapefile all of its parts, else the file or folder itself."""
    path = registry.main_part(path)
    if path.suffix.lower() != ".shp":
        return [path]
    same = (p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() in _PARTS)
    return sorted(same, key=lambda p: p.suffix.lower())


def _options(mapping: Mapping | None, said: SourceRule) -> ReadOptions:
    named = [column for column, _ in mapping.columns] if mapping else []
    own = {fold(w) for c in named for w in (c, split_unit(c)[0], *c.split("/"))}
    said = mapping.source if mapping else said
    return ReadOptions(said.layer, said.encoding, said.header_rows, known_words() | own)


def _noun(table: RawTable, noun: str | None, found: list[Finding]) -> str:
    if noun is not None:
        return noun_named(noun).name
    shaped = table.geometry is not None or bool(shape_rule(table, points=False).columns)
    guessed, _ = guess_noun(table.columns, shaped)
    if guessed is None:
        raise refuse("noun_undecided", value="、".join(table.columns[:12]))
    found.append(finding("noun_recognised", value=f"{noun_named(guessed).zh}（{guessed}）"))
    return guessed


def _chooser(
    mapping: Mapping | None, noun: str | None, options: ReadOptions
) -> Callable[[Reader, Source, list[str]], str | None]:
    """Return a chooser that takes the one layer whose headings fit better than all others'."""

    def choose(reader: Reader, source: Source, layers: list[str]) -> str | None:
        scores = [_fit(reader.read(source, layer, options), mapping, noun) for layer in layers]
        best = max(scores)
        return layers[scores.index(best)] if best > 0 and scores.count(best) == 1 else None

    return choose


def _fit(table: RawTable, mapping: Mapping | None, noun: str | None) -> int:
    if mapping is not None and mapping.fields:
        folded = {fold(c) for c in table.columns}
        return sum(fold(column) in folded for column, _ in mapping.columns)
    wanted = mapping.noun if mapping else noun
    if wanted is not None:
        proposed = propose(Mapping(wanted), table.columns)
        return len(proposed.fields) + len(proposed.stages)
    return guess_noun(table.columns, table.geometry is not None)[1]


def _without_personal(table: RawTable, mapping: Mapping, found: list[Finding], *, keep: bool) -> RawTable:
    """Take personal columns out before anything looks at them; a mapping that reads one is refused."""
    keep = keep and lists_households(mapping.noun)
    read = {fold(column): field for column, field in mapping.columns}
    dropped = []
    for column in table.columns:
        if not is_personal(column, mapping.noun) and not holds_personal(table.values[column].tolist()):
            continue
        dropped.append(column)
        mapped = fold(column) in read
        code = "personal_stored" if keep and not mapped else "personal_column"
        found.append(finding(code, value=column, severity="error" if mapped else None))
    if not dropped:
        return table
    aside = table.values[dropped] if keep else None
    return replace(table, values=table.values.drop(columns=dropped), personal=aside)

"""The report on a terminal."""

from __future__ import annotations

from typing import Final

from rich import box
from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from geoservice.intake.findings import Finding, label_of
from geoservice.intake.report import Group as Findings
from geoservice.intake.report import Report, count_text, size_text

SHOWN_PER_GROUP: Final = 5
_COLOURS: Final = {"error": "red", "warning": "yellow", "info": "bright_black"}
_WORDS: Final = {"error": "错误", "warning": "提醒", "info": "说明"}


def render_terminal(report: Report, console: Console) -> None:
    """Print a report: the file, how it was read, what was found by kind, and what would be loaded.

    Parameters
    ----------
    report : Report
    console : rich.console.Console
        Of each kind of finding the first few rows are shown; ``--json`` has all of them.
    """
    console.print(_file(report))
    if report.fields:
        console.print(_fields(report))
    for group in report.groups():
        console.print(_group(group))
    console.print(_verdict(report))


def _file(report: Report) -> Panel:
    facts = report.file
    lines = Table.grid(padding=(0, 2))
    lines.add_column(style="bright_black", no_wrap=True)
    lines.add_column()
    rows = [
        ("格式", " · ".join(part for part in (facts.format, facts.layer, size_text(facts.size)) if part)),
        ("读作", report.noun_text),
        ("编码", _with_evidence(facts.encoding, facts.encoding_evidence)),
        ("坐标系", _with_evidence(facts.crs, facts.crs_evidence)),
        ("表头行", "、".join(map(str, facts.header_rows))),
        ("连接", facts.joined or ""),
    ]
    for name, said in rows:
        if said:
            lines.add_row(name, escape(said))
    return Panel(lines, title=escape(facts.name), title_align="left", border_style="cyan", box=box.ROUNDED)


def _fields(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bright_black", pad_edge=False)
    for heading in ("字段", "来源", "单位", "有值", "例"):
        table.add_column(heading, justify="right" if heading == "有值" else "left", overflow="fold")
    for fact in report.fields:
        source = f"{fact.source}（识别）" if fact.recognised else fact.source
        samples = " │ ".join(fact.samples)
        table.add_row(
            label_of(fact.field), escape(source), fact.unit or "", f"{fact.filled:,}", escape(samples)
        )
    return table


def _group(group: Findings) -> Group:
    colour, first = _COLOURS[group.severity], group.findings[0]
    total = len(group.findings)
    head = Text.assemble((f"{_WORDS[group.severity]} ", f"bold {colour}"), (group.code, colour))
    if group.field:
        head.append(f" · {label_of(group.field)}", style="bright_black")
    if total > 1:
        head.append(f"  × {total:,}", style="bold")
    lines = [head, *(Text(f"  {_line(f)}") for f in group.findings[:SHOWN_PER_GROUP])]
    if total > SHOWN_PER_GROUP:
        lines.append(Text(f"  … 另有 {total - SHOWN_PER_GROUP:,} 条", style="bright_black"))
    if first.why:
        lines.append(Text(f"  {first.why}", style="bright_black"))
    if first.remedy and group.severity != "info":
        lines.append(Text(f"  → {first.remedy}", style="green"))
    return Group(*lines)


def _line(found: Finding) -> str:
    place = f"  ({found.place[0]:.6f}, {found.place[1]:.6f})" if found.place else ""
    key = f"[{found.key}] " if found.key and found.key not in found.message else ""
    return f"{key}{found.message}{'' if f'{place[3:-1]}' in found.message else place}"


def _verdict(report: Report) -> Text:
    colour = "green" if report.ok else "red"
    return Text(f"{report.verdict_text}  {count_text(report.counts)}", style=f"bold {colour}")


def _with_evidence(said: str | None, evidence: str) -> str:
    if not said:
        return ""
    return f"{said}（{evidence}）" if evidence else said

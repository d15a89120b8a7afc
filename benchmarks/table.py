"""Results as a table for people and as a document for programs."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Timing
from benchmarks.reading import CLIENTS, Read
from benchmarks.writing import Written


def reading_table(engine: str, reads: list[Read]) -> Table:
    """Lay out what was read; a ratio of 1.0 is as quick as raw SQL, 2.0 takes twice as long."""
    table = Table(title=f"Reading, {engine}", title_justify="left", pad_edge=False)
    table.add_column("what", no_wrap=True)
    many_clients = f"served/s, {CLIENTS[-1]} clients"
    for heading in ("kB", "raw ms", "read ms", "ratio", "served ms", "ratio", "raw/s", many_clients, "ratio"):
        table.add_column(heading, justify="right")
    for entry in reads:
        one, many = entry.timings[CLIENTS[0]], entry.timings[CLIENTS[-1]]
        table.add_row(
            entry.name,
            f"{entry.size / 1000:,.0f}",
            _ms(one["raw"].p50_ms),
            _ms(one["read"].p50_ms) if "read" in one else "",
            _ratio(one["read"].p50_ms / one["raw"].p50_ms) if "read" in one else "",
            _ms(one["served"].p50_ms),
            _ratio(one["served"].p50_ms / one["raw"].p50_ms),
            f"{many['raw'].per_second:,.0f}",
            f"{many['served'].per_second:,.0f}",
            _ratio(many["raw"].per_second / many["served"].per_second),
        )
    return table


def writing_table(written: dict[str, Written]) -> Table:
    """Lay out what was written."""
    table = Table(title="Writing parcels with their verdicts", title_justify="left", pad_edge=False)
    table.add_column("engine")
    table.add_column("rows/s", justify="right")
    counts = sorted({count for entry in written.values() for count in entry.change_ms})
    for count in counts:
        table.add_column(f"change of {count}, ms", justify="right")
    for engine, entry in written.items():
        times = [f"{entry.change_ms[count]:,.0f}" for count in counts]
        table.add_row(engine, f"{entry.rows_per_second:,.0f}", *times)
    return table


def show(table: Table) -> None:
    """Print a table, whole even where there is no terminal."""
    console = Console()
    (console if console.is_terminal else Console(width=120)).print(table)


def document(
    about: dict[str, Any], reads: dict[str, list[Read]], written: dict[str, Written]
) -> dict[str, Any]:
    """Return everything measured as one plain document."""
    return {
        **about,
        "reading": [
            {
                "engine": engine,
                "name": entry.name,
                "bytes": entry.size,
                "clients": clients,
                **{side: _figures(timing) for side, timing in sides.items()},
                "ratio_p50": round(sides["served"].p50_ms / sides["raw"].p50_ms, 3),
                "ratio_per_second": round(sides["raw"].per_second / sides["served"].per_second, 3),
            }
            for engine, entries in reads.items()
            for entry in entries
            for clients, sides in entry.timings.items()
        ],
        "writing": [
            {
                "engine": engine,
                "load_s": round(entry.load_s, 2),
                "rows_per_second": round(entry.rows_per_second, 1),
                "change_ms": {str(count): round(ms, 1) for count, ms in entry.change_ms.items()},
            }
            for engine, entry in written.items()
        ],
    }


def _ms(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _figures(timing: Timing) -> dict[str, float]:
    return {
        "p50_ms": round(timing.p50_ms, 3),
        "per_second": round(timing.per_second, 2),
        "calls": len(timing.latencies_s),
    }

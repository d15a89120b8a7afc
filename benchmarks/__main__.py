"""``python -m benchmarks``: measure the service against raw SQL on both engines and print the ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.city import City
from benchmarks.client import Client
from benchmarks.databases import ENGINES, POSTGIS, Target, fresh
from benchmarks.measure import Effort
from benchmarks.reading import Read, read
from benchmarks.register import LEADER, Register
from benchmarks.server import serving
from benchmarks.table import document, reading_table, show, writing_table
from benchmarks.writing import CHANGES, Written, change, load
from geoservice import __version__, clock
from geoservice.access.accounts import create_account
from geoservice.access.tokens import TokenKind, issue
from geoservice.service import Service, open_service
from geoservice.settings import read_settings


def main(arguments: list[str]) -> int:
    """Measure, print, and write the JSON document where asked."""
    options = _options(arguments)
    engines = [engine for engine in options.engines if engine == "gpkg" or os.environ.get(POSTGIS)]
    if len(engines) < len(options.engines):
        print(f"PostGIS is left out: {POSTGIS} is not set. `make bench` starts a private one.", flush=True)
    city, effort = City(options.parcels), Effort(options.seconds)
    about: dict[str, Any] = {
        "geoservice": __version__,
        "parcels": city.parcels,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "engines": {},
    }
    print(
        f"geoservice {__version__}, {city.parcels:,} parcels, Python {platform.python_version()}, "
        f"{os.cpu_count()} processors, {platform.machine()}",
        flush=True,
    )
    reads: dict[str, list[Read]] = {}
    written: dict[str, Written] = {}
    for engine in engines:
        with fresh(engine) as target:
            about["engines"][engine] = target.version()
            print(f"\n{engine}: {target.version()}; loading …", flush=True)
            token, written[engine] = _write(target, city)
            target.settle()
            reads[engine] = _read(target, token, city, effort)
        show(reading_table(f"{engine} ({about['engines'][engine]})", reads[engine]))
    show(writing_table(written))
    if options.json is not None:
        options.json.write_text(
            json.dumps(document(about, reads, written), indent=2) + "\n", encoding="utf-8"
        )
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--parcels", type=_parcels, default=20_000, help="size of the city (default 20000)")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), help="default both")
    parser.add_argument("--seconds", type=float, default=0.6, help="length of a round (default 0.6)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured to FILE")
    return parser.parse_args(arguments)


def _parcels(text: str) -> int:
    number = int(text)
    if number < 10_000:
        raise argparse.ArgumentTypeError(f"{text} parcels have no whole deep page; take 10000 or more")
    return number


def _write(target: Target, city: City) -> tuple[str, Written]:
    service = open_service(replace(read_settings(), database_url=target.url))
    try:
        seconds = load(service, city)
        token = _leader(service)
        changes = {count: change(service, city, count) for count in CHANGES}
    finally:
        service.close()
    return token, Written(seconds, city.parcels / seconds, changes)


def _leader(service: Service) -> str:
    """Make an account that sees every field of every row, and return its token."""
    with service.database.write() as connection:
        create_account(connection, LEADER.name, LEADER.role, LEADER.scopes, clock.now())
        return issue(connection, TokenKind.API, LEADER.name, clock.now())


def _read(target: Target, token: str, city: City, effort: Effort) -> list[Read]:
    service = open_service(replace(read_settings(), database_url=target.url))
    with closing(service), serving(target.url) as port:
        visitor = Client(port, {"Accept-Encoding": "identity"})
        leader = replace(visitor, headers={**visitor.headers, "Authorization": f"Bearer {token}"})
        reads: list[Read] = []
        for entry in read(target, Register(service), visitor, leader, city, effort):
            reads.append(entry)
            print(f"  {entry.name}", flush=True)
        return reads


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

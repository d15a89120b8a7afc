"""Reading: pages, an item and a 304 of the service against raw SQL for the same features.

Three sides are measured: ``served`` over HTTP from a process of its own, ``read`` by the register inside this
process, and ``raw`` through the plain driver. Served less read is HTTP and the web room; read less raw is the
register's own share.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.city import City
from benchmarks.client import Client
from benchmarks.databases import Target
from benchmarks.measure import Call, Connect, Effort, Timing, compare
from benchmarks.raw import Wanted, changed, statement
from benchmarks.register import LEADER, LIMIT, Register
from geoservice.access.principals import ANONYMOUS
from geoservice.registry.collections import COLLECTIONS

DEEP: Final = 0.9
"""The deep page begins after this part of the collection."""

CLIENTS: Final = (1, 8)
COLLECTIONS_READ: Final = ("parcels", "availability")


class Differs(Exception):
    """The service and raw SQL do not give the same features: their times cannot be compared."""


@dataclass(frozen=True)
class Case:
    """One thing to read, in both ways.

    Attributes
    ----------
    name : str
        What the table calls it.
    path : str
        What the service is asked.
    sql : str
        The statement for the same.
    direct : callable, optional
        Reads the same from the register, without HTTP.
    headers : dict of str to str
        Sent with the request.
    status : int
        Expected answer.
    """

    name: str
    path: str
    sql: str
    direct: Call | None = None
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Read:
    """A case measured: by number of clients, then ``served``, ``read`` where it can be, and ``raw``."""

    name: str
    size: int
    timings: dict[int, dict[str, Timing]]


def read(
    target: Target, register: Register, visitor: Client, leader: Client, city: City, effort: Effort
) -> Iterator[Read]:
    """Measure every case of a served database.

    Raises
    ------
    Differs
        If the two ways give different features.
    """
    for case, client in _cases(target, register, visitor, leader, city):
        size = _check(target, client, case)
        sides: dict[str, Connect] = {
            "served": _asking(client, case),
            "raw": _running(target, case.sql),
        }
        if case.direct is not None:
            sides["read"] = _reading(case.direct)
        yield Read(case.name, size, {clients: compare(sides, clients, effort) for clients in CLIENTS})


def _cases(
    target: Target, register: Register, visitor: Client, leader: Client, city: City
) -> Iterator[tuple[Case, Client]]:
    for collection in COLLECTIONS_READ:
        for case in _pages(target, register, leader, collection, city):
            yield case, leader
    wanted = Wanted("parcels", _fields(visitor.get("/v1/parcels?limit=1").body), promotable=True)
    path = f"/v1/parcels?limit={LIMIT}"
    direct = partial(register.page, "parcels", ANONYMOUS)
    yield Case("parcels, first page, public", path, statement(target.engine, wanted), direct), visitor
    yield _unchanged(target, leader), leader


def _pages(target: Target, register: Register, client: Client, collection: str, city: City) -> Iterator[Case]:
    path = f"/v1/{collection}"
    first = json.loads(client.get(f"{path}?limit={LIMIT}").body)
    wanted = Wanted(collection, list(first["features"][0]["properties"]), LIMIT)

    def page(name: str, query: dict[str, Any], narrowed: Wanted) -> Case:
        asked = f"{path}?{urlencode({'limit': LIMIT, **query})}"
        direct = partial(register.page, collection, LEADER, after=narrowed.after, box=narrowed.box)
        return Case(f"{collection}, {name}", asked, statement(target.engine, narrowed), direct)

    yield page("first page", {}, wanted)
    cursor, last = _position(client, path, LIMIT)
    yield page("second page", {"cursor": cursor}, replace(wanted, after=last))
    cursor, last = _position(client, path, int(city.parcels * DEEP))
    yield page("deep page", {"cursor": cursor}, replace(wanted, after=last))
    box = city.box(40)
    yield page("bbox", {"bbox": ",".join(map(repr, box))}, replace(wanted, box=box))
    key = first["features"][LIMIT // 2]["id"]
    sql = statement(target.engine, replace(wanted, key=key))
    yield Case(f"{collection}, item", f"{path}/{key}", sql, partial(register.item, collection, LEADER, key))


def _unchanged(target: Target, client: Client) -> Case:
    path = f"/v1/parcels?limit={LIMIT}"
    etag = client.get(path).headers["etag"]
    sql = changed(target.engine, COLLECTIONS["parcels"].sources)
    return Case("parcels, not modified (304)", path, sql, None, {"If-None-Match": etag}, 304)


def _position(client: Client, path: str, skipped: int) -> tuple[str, str]:
    """Follow ``next`` past so many features; return the cursor there and the key before it."""
    cursor: str | None = None
    last = ""
    while skipped > 0:
        size = min(skipped, 10_000)
        query = {"limit": size} | ({} if cursor is None else {"cursor": cursor})
        page = json.loads(client.get(f"{path}?{urlencode(query)}").body)
        link = next(link["href"] for link in page["links"] if link["rel"] == "next")
        cursor, last = parse_qs(urlsplit(link).query)["cursor"][0], page["features"][-1]["id"]
        skipped -= size
    return str(cursor), last


def _check(target: Target, client: Client, case: Case) -> int:
    """Compare the answers once; return the size of ours in bytes."""
    answer = client.get(case.path, case.headers)
    if answer.status != case.status:
        raise Differs(f"{case.name}: {case.path} answered {answer.status}: {answer.body[:300]!r}")
    if case.status == 200:
        with target.raw() as run:
            expected = json.loads(f"[{run(case.sql)}]")
        document = json.loads(answer.body)
        found = document.get("features", [document])
        if found != expected:
            pairs = zip(found, expected, strict=False)
            first = next((pair for pair in pairs if pair[0] != pair[1]), (len(found), len(expected)))
            raise Differs(f"{case.name} on {target.engine}: {first[0]} is not {first[1]}")
    return len(answer.body)


def _asking(client: Client, case: Case) -> Connect:
    return lambda: client.asking(case.path, case.headers, case.status)


def _reading(direct: Call) -> Connect:
    return lambda: nullcontext(direct)


def _running(target: Target, sql: str) -> Connect:
    @contextmanager
    def connect() -> Iterator[Call]:
        with target.raw() as run:
            yield lambda: run(sql)

    return connect


def _fields(body: bytes) -> list[str]:
    return list(json.loads(body)["features"][0]["properties"])

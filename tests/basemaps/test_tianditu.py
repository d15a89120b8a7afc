"""天地图 through the service: what is asked, what never is, what is kept, and where the key does not appear."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from geoservice.basemaps import LAYERS, DiskCache, Tianditu
from geoservice.errors import Busy, GeoserviceError, NotFound
from tests.basemaps.files import png

KEY = "secret-key-of-the-office"


class Upstream:
    """A stand-in for 天地图 that answers as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.paths: list[str] = []
        self.status, self.body, self.location = 200, png(1), ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                outer.paths.append(address.path)
                outer.asked.append(parse_qs(address.query))
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    found = Upstream()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def door(upstream: Upstream, tmp_path: Path) -> Tianditu:
    return Tianditu(KEY, upstream.url, DiskCache(tmp_path / "tiles", 1_000_000))


def test_a_tile_is_asked_for_as_wmts_wants_it_and_once(door: Tianditu, upstream: Upstream) -> None:
    assert door.tile("vec", 12, 3423, 1763).body == png(1)
    assert door.tile("vec", 12, 3423, 1763).media_type == "image/png"
    (asked,) = upstream.asked
    assert upstream.paths == ["/vec_w/wmts"]
    told = {name: value[0] for name, value in asked.items()}
    assert (told["TILEMATRIX"], told["TILECOL"], told["TILEROW"]) == ("12", "3423", "1763")
    assert (told["LAYER"], told["TILEMATRIXSET"], told["tk"]) == ("vec", "w", KEY)


@pytest.mark.parametrize(
    "place",
    [
        ("sat", 5, 1, 1),
        ("vec", 0, 0, 0),
        ("vec", 19, 1, 1),
        ("ter", 15, 1, 1),
        ("vec", 3, 8, 0),
        ("vec", 3, 0, -1),
    ],
)
def test_what_is_not_listed_is_never_asked_for(
    door: Tianditu, upstream: Upstream, place: tuple[str, int, int, int]
) -> None:
    with pytest.raises(NotFound):
        door.tile(*place)
    assert upstream.asked == []


def test_the_key_appears_nowhere(
    door: Tianditu, upstream: Upstream, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    upstream.status, upstream.body = 403, f"tk {KEY} is not valid".encode()
    with pytest.raises(Busy) as refused:
        door.tile("img", 5, 1, 1)
    told = [str(refused.value), repr(refused.value.__dict__), repr(door), caplog.text]
    told += [str(file) for file in tmp_path.rglob("*")]
    assert refused.value.__cause__ is None
    assert not any(KEY in one for one in told)


def test_a_redirection_carries_the_key_nowhere(door: Tianditu, upstream: Upstream) -> None:
    other = Upstream()
    upstream.status, upstream.location = 302, f"{other.url}/elsewhere"
    with pytest.raises(Busy):
        door.tile("vec", 5, 1, 1)
    assert other.asked == []
    other.server.shutdown()
    other.server.server_close()


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"", b"\x89PNG" + b"0" * 1_000_001])
def test_what_is_no_picture_is_not_handed_on(door: Tianditu, upstream: Upstream, body: bytes) -> None:
    upstream.body = body
    with pytest.raises(GeoserviceError):
        door.tile("vec", 5, 1, 1)


def test_an_old_tile_is_fetched_anew_and_stands_in_when_nobody_answers(
    door: Tianditu, upstream: Upstream, tmp_path: Path
) -> None:
    door.tile("vec", 5, 1, 1)
    (file,) = (tmp_path / "tiles").iterdir()
    month_ago = time.time() - 31 * 86_400
    os.utime(file, (month_ago, month_ago))
    upstream.status = 500
    assert door.tile("vec", 5, 1, 1).body == png(1)
    upstream.status, upstream.body = 200, png(2)
    assert door.tile("vec", 5, 1, 1).body == png(2)
    assert len(upstream.asked) == 3


def test_the_disk_is_never_taken_beyond_the_bound(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "tiles", 10_000)
    for number in range(50):
        cache.put(f"t{number}", bytes([number]) * 900)
        cache.get("t0")  # what is read stays
        assert sum(file.stat().st_size for file in (tmp_path / "tiles").iterdir()) <= 10_000
    assert cache.get("t49")
    assert cache.get("t0")
    assert cache.get("t5") is None


def test_a_disk_that_cannot_be_written_is_no_failure(upstream: Upstream, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    door = Tianditu(KEY, upstream.url, DiskCache(blocked / "tiles", 1_000_000))
    assert door.tile("vec", 5, 1, 1).body == png(1)


def test_zooms_of_layers_are_those_of_the_service() -> None:
    assert set(LAYERS) == {"vec", "cva", "img", "cia", "ter", "cta"}

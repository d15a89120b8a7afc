"""The shelf keeps answers between starts, never grows beyond its room, and is never in the way."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from geoservice.db.shelf import Shelf


def never() -> bytes:
    raise AssertionError("the answer is made again")


def test_an_answer_outlives_the_process_and_is_shared(tmp_path: Path) -> None:
    file = tmp_path / "city.gpkg.answers"
    first = Shelf(file)
    assert first.get_or_make("tile 1", lambda: b"\x1a\x00body") == b"\x1a\x00body"
    assert first.get_or_make("tile 2", lambda: b"") == b""
    second = Shelf(file)
    assert second.get_or_make("tile 1", never) == b"\x1a\x00body"
    assert second.get_or_make("tile 2", never) == b""
    assert not second.holds("tile 3")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_older_answers_are_given_up(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "answers", capacity_bytes=1_000_000)
    for number in range(60):
        shelf.get_or_make(f"tile {number}", lambda: b"x" * 50_000)
    assert shelf.holds("tile 59")
    assert not shelf.holds("tile 0")
    assert sum(shelf.holds(f"tile {number}") for number in range(60)) <= 20


def test_a_damaged_file_costs_an_answer_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "answers"
    file.write_bytes(b"this is no database" * 1000)
    shelf = Shelf(file)
    assert shelf.get_or_make("tile", lambda: b"made") == b"made"
    assert shelf.get_or_make("tile", lambda: b"made") == b"made"
    assert Shelf(file).get_or_make("tile", never) == b"made"


def test_without_a_file_everything_is_made() -> None:
    shelf = Shelf(None)
    bodies = iter([b"a", b"b"])
    assert [shelf.get_or_make("tile", lambda: next(bodies)) for _ in range(2)] == [b"a", b"b"]
    assert shelf.wishes() == []


def test_wishes_are_kept_once_the_latest_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "answers")
    for zoom in (12, 13, 12):
        shelf.wish({"what": "tiles", "zoom": zoom})
    assert [one["zoom"] for one in Shelf(tmp_path / "answers").wishes()] == [12, 13]


def test_threads_share_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "answers")
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda n: shelf.get_or_make(f"tile {n % 5}", lambda: bytes([n % 5])), range(200))
        )
    assert found == [bytes([n % 5]) for n in range(200)]

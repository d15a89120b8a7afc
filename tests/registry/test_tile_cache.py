"""The cache of tiles: keeps what is used, lets go of what is not, and never holds more than it may."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from geoservice.registry.tiles.cache import TileCache


def test_an_answer_is_made_once() -> None:
    cache, made = TileCache(), iter([b"body", b"made again"])
    assert [cache.get_or_make("a", lambda: next(made)) for _ in range(3)] == [b"body"] * 3


def test_empty_tiles_are_kept_too() -> None:
    cache, made = TileCache(), iter([b"", b"made again"])
    assert [cache.get_or_make("a", lambda: next(made)) for _ in range(2)] == [b"", b""]


def test_what_is_not_used_leaves_first() -> None:
    cache = TileCache(10_000)
    for key in "abc":
        cache.get_or_make(key, lambda: b"x" * 2_200)
    cache.get_or_make("a", lambda: b"made again")
    for key in "de":
        cache.get_or_make(key, lambda: b"x" * 2_200)
    assert cache.size_bytes <= 10_000
    assert cache.get_or_make("a", lambda: b"made again") == b"x" * 2_200
    assert cache.get_or_make("b", lambda: b"made again") == b"made again"


def test_what_is_too_large_is_not_kept() -> None:
    cache = TileCache(1_000)
    assert len(cache.get_or_make("a", lambda: b"x" * 900)) == 900
    assert cache.size_bytes == 0


def test_threads_share_it() -> None:
    cache = TileCache(50_000)
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: cache.get_or_make(n % 60, lambda: b"x" * (n % 60 * 20)), range(3_000))
        )
    assert [len(answer) for answer in answers] == [n % 60 * 20 for n in range(3_000)]
    assert 0 < cache.size_bytes <= 50_000

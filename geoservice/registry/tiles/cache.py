"""Answers kept in memory: least recently used leave first, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final

DEFAULT_BYTES: Final = 64 * 1024 * 1024
_OVERHEAD: Final = 200


class TileCache:
    """A cache of encoded tiles and counted units; safe between threads.

    Parameters
    ----------
    capacity_bytes : int
        How much it holds.

    Notes
    -----
    A key must hold all that an answer depends on: revision, date, reader, tile. Nothing is ever invalidated;
    what a newer revision replaces is asked for no more and leaves in its turn.
    """

    def __init__(self, capacity_bytes: int = DEFAULT_BYTES) -> None:
        self._capacity = capacity_bytes
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """Return how much is held."""
        return self._bytes

    def get_or_make(self, key: Hashable, make: Callable[[], Any], weigh: Callable[[Any], int] = len) -> Any:
        """Return the answer kept under a key, or make and keep it. O(1) when kept.

        Two threads may make the same answer at once: waiting for one another would cost more than it saves.
        """
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key][0]
        answer = make()
        self._keep(key, answer, weigh(answer) + _OVERHEAD)
        return answer

    def _keep(self, key: Hashable, answer: Any, weight: int) -> None:
        if weight > self._capacity // 4:
            return
        with self._lock:
            if key in self._held:
                return
            self._held[key] = (answer, weight)
            self._bytes += weight
            while self._bytes > self._capacity:
                _, (_, freed) = self._held.popitem(last=False)
                self._bytes -= freed

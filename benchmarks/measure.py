"""Timing calls: one client or several at once, bounded in time and number."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from statistics import median

Call = Callable[[], object]
Connect = Callable[[], AbstractContextManager[Call]]


@dataclass(frozen=True)
class Effort:
    """How long to measure.

    Attributes
    ----------
    seconds : float
        Time a round may take.
    calls : int
        Calls a client makes in a round at most.
    rounds : int
        Rounds; the sides to be compared take turns, so that a disturbance of the machine meets both.
    """

    seconds: float
    calls: int = 200
    rounds: int = 3


@dataclass
class Timing:
    """What was measured so far: latencies, and the time in which they were reached."""

    latencies_s: list[float] = field(default_factory=list)
    elapsed_s: float = 0.0

    @property
    def p50_ms(self) -> float:
        """Return the median latency in milliseconds."""
        return median(self.latencies_s) * 1000

    @property
    def per_second(self) -> float:
        """Return calls a second of all clients together."""
        return len(self.latencies_s) / self.elapsed_s


def compare(sides: dict[str, Connect], clients: int, effort: Effort) -> dict[str, Timing]:
    """Measure several ways to the same thing in turns; every side is called once before its first round."""
    timings = {name: Timing() for name in sides}
    for _ in range(effort.rounds):
        for name, connect in sides.items():
            _round(connect, clients, effort, timings[name])
    return timings


def _round(connect: Connect, clients: int, effort: Effort, timing: Timing) -> None:
    ready = threading.Barrier(clients + 1)
    results: list[list[float]] = []
    failures: list[BaseException] = []

    def client() -> None:
        try:
            with connect() as call:
                call()  # connections, prepared statements and caches are made before the clock starts
                ready.wait(timeout=60)
                results.append(_repeat(call, effort))
        except BaseException as error:
            failures.append(error)
            ready.abort()

    threads = [threading.Thread(target=client, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    with suppress(threading.BrokenBarrierError):  # a client failed; its error is raised below
        ready.wait(timeout=60)
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        real = [error for error in failures if not isinstance(error, threading.BrokenBarrierError)]
        raise (real or failures)[0]
    timing.elapsed_s += time.perf_counter() - start
    for latencies in results:
        timing.latencies_s += latencies


def _repeat(call: Call, effort: Effort) -> list[float]:
    latencies: list[float] = []
    end = time.perf_counter() + effort.seconds
    while len(latencies) < effort.calls and (not latencies or time.perf_counter() < end):
        start = time.perf_counter()
        call()
        latencies.append(time.perf_counter() - start)
    return latencies

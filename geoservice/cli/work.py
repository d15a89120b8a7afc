"""``geoservice work``: do queued long work in a process of its own."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.handlers import HANDLERS
from geoservice.jobs import Worker


def work(
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing waits any more.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Do the long work that waits in the queue: checks of uploads, imports, reassessments.

    A server does this too unless `GEOSERVICE_WORKER=false`; several workers share a queue.

    Example: `geoservice work --once`
    """
    with opened(database) as service:
        worker = Worker(service, HANDLERS)
        if once:
            out.print(f"{worker.run_pending()} jobs done.", highlight=False)
            return
        signal.signal(signal.SIGTERM, lambda *_: worker.request_stop())
        out.print("Waiting for work; stop with Ctrl-C.", highlight=False)
        worker.run()

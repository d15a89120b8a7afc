"""The service under measurement: ``python -m benchmarks.server DATABASE`` and the handle that starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from geoservice.service import open_service
from geoservice.settings import read_settings
from geoservice.web.app import create_app


@contextmanager
def serving(url: str) -> Iterator[int]:
    """Serve a database from a process of its own on a free port of the loopback; yield the port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        command = [sys.executable, "-m", "benchmarks.server", url, str(listener.fileno())]
        # The socket listens already: a client that comes before the application is up waits in line.
        with subprocess.Popen(command, pass_fds=[listener.fileno()], env=os.environ.copy()) as process:
            try:
                yield int(listener.getsockname()[1])
            finally:
                process.terminate()


def main(url: str, descriptor: int) -> None:
    """Serve until terminated, as ``geoservice serve`` does."""
    service = open_service(replace(read_settings(), database_url=url))
    config = uvicorn.Config(
        create_app(service), log_level="warning", access_log=False, server_header=False, http="httptools"
    )
    with socket.socket(fileno=descriptor) as listener:
        uvicorn.Server(config).run(sockets=[listener])
    service.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

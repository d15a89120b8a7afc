"""``geoservice serve``: serve what the database holds."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from typing import Annotated

import typer
import uvicorn

from geoservice import logs
from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.errors import Unavailable
from geoservice.service import Service
from geoservice.web.app import create_app

HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]


def serve(host: HostOption = "127.0.0.1", port: PortOption = 8000, database: DatabaseOption = None) -> None:
    """Serve the maps and the API of a database.

    Example: `geoservice serve --port 8123`
    """
    with listening(host, port) as listener, opened(database) as service:
        start(service, listener)


def listening(host: str, port: int) -> socket.socket:
    """Take the port before any work is done, so that a taken one is known at once.

    Raises
    ------
    Unavailable
        If the port is taken or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        subject = "The port is taken by another program" if taken else f"Cannot listen ({error.strerror})"
        raise Unavailable(subject, f"{host}:{port}", "Choose another: make run PORT=8123.") from None
    listener.set_inheritable(True)
    return listener


def start(service: Service, listener: socket.socket) -> None:
    """Serve until told to stop; requests under way are finished first."""
    settings = service.settings
    logs.configure(settings.log_format, settings.log_level)
    host, port = listener.getsockname()[:2]
    out.print(
        f"geoservice  http://{'[' + host + ']' if ':' in host else host}:{port}/",
        style="bold",
        highlight=False,
    )
    # The server hands a signal on once it has stopped; ending as an exit lets the database be closed too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    config = uvicorn.Config(
        create_app(service),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_grace_s,
        proxy_headers=True,
        http="httptools",
        loop="auto",
    )
    uvicorn.Server(config).run(sockets=[listener])

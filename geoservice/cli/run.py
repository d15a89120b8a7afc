"""``geoservice run``: the one command — make the database, load the demo city if it is empty, serve."""

from __future__ import annotations

from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.cli.demo import load_demo, wants_demo
from geoservice.cli.serve import HostOption, PortOption, listening, start
from geoservice.cli.user import ADMIN, ensure_admin, is_active, sign_in_link


def run(host: HostOption = "127.0.0.1", port: PortOption = 8000, database: DatabaseOption = None) -> None:
    """Make the database where there is none, load the demo city into an empty one, and serve it.

    Example: `geoservice run --port 8123`
    """
    with listening(host, port) as listener, opened(database) as service:
        ensure_admin(service)
        if wants_demo(service):
            load_demo(service)
        address, number = listener.getsockname()[:2]
        base = f"http://{address}:{number}{service.settings.base_path}"
        if is_active(service, ADMIN):
            out.print(f"管理员登录 · sign in as {ADMIN}: ", end="", highlight=False)
            out.print(sign_in_link(service, ADMIN, base), style="underline", highlight=False)
        start(service, listener)

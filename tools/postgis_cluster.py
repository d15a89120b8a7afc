#!/usr/bin/env python3
"""Run a command beside a private PostGIS cluster that is gone afterwards.

``python tools/postgis_cluster.py -- pytest -m postgis`` makes a cluster in a temporary folder, exports its
address as ``GEOSERVICE_TEST_POSTGIS`` and returns the command's exit code. Needs the standard library alone.

``--keep DIR`` before the ``--`` keeps the cluster in that folder, and takes it up again the next time: benchmarks of a
million parcels fill it once.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

VARIABLE = "GEOSERVICE_TEST_POSTGIS"
DATABASE = "geoservice_test"
# Nothing here outlives the tests: durability is traded for speed.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
}
# Benchmarks measure a server that holds in memory what is asked for again and again.
KEPT = {"shared_buffers": "1GB", "max_wal_size": "8GB"}


def main(arguments: Sequence[str]) -> int:
    """Start the cluster, run ``arguments`` (after an optional ``--``) and return its exit code."""
    kept = Path(arguments[1]).absolute() if arguments[:1] == ["--keep"] and len(arguments) > 1 else None
    rest = list(arguments[2:] if kept else arguments)
    command = rest[1:] if rest[:1] == ["--"] else rest
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    # A terminated run must still stop the server: turn the signal into an exception.
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    with cluster(kept) as url:
        return subprocess.run(command, env={**os.environ, VARIABLE: url}, check=False).returncode


@contextlib.contextmanager
def cluster(kept: Path | None = None) -> Iterator[str]:
    """Yield the SQLAlchemy address of a fresh cluster's database with PostGIS in it, or of the one kept in a folder.

    Raises
    ------
    SystemExit
        When the server's programs are missing or it does not start.
    """
    programs = find_programs()
    home = kept or Path(tempfile.mkdtemp(prefix="geoservice-pg-"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        as_postgres = _as_unprivileged(home)
        port = _free_port()
        made = (home / "made").exists()
        if not made:
            _initialise(programs, home, as_postgres)
        _configure(home, port, KEPT if kept else {})
        _control(programs, home, as_postgres, "start", "-w", "-l", str(home / "log"))
        try:
            if not made:
                _create_database(programs, home, port, as_postgres)
                (home / "made").touch()
            yield f"postgresql+psycopg://geoservice@127.0.0.1:{port}/{DATABASE}"
        finally:
            # What is kept is written out first.
            mode = "fast" if kept else "immediate"
            _control(programs, home, as_postgres, "stop", "-m", mode, check=False)
    finally:
        if not kept:
            shutil.rmtree(home, ignore_errors=True)


def find_programs() -> Path:
    """Return the folder with ``initdb`` and ``postgres``, the newest where there are several."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders.sort(key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0))
    beside_path = shutil.which("initdb")
    if folders:
        return folders[-1]
    if beside_path:
        return Path(beside_path).resolve().parent
    sys.exit("PostgreSQL is missing. Install it (Debian: apt-get install postgresql postgresql-postgis).")


def _as_unprivileged(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give the folder to ``postgres`` and change over to it."""
    if os.geteuid() != 0:
        return []
    shutil.chown(home, "postgres", "postgres")
    # HOME must go too: psql and initdb read files from it.
    return [
        *("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"),
        *("env", f"HOME={home}", "LC_ALL=C.UTF-8"),
    ]


def _initialise(programs: Path, home: Path, prefix: list[str]) -> None:
    shutil.rmtree(home / "data", ignore_errors=True)
    _run(
        [
            *(*prefix, str(programs / "initdb"), "--pgdata", str(home / "data"), "--username=geoservice"),
            *("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
        ],
        home,
    )


def _configure(home: Path, port: int, further: dict[str, str]) -> None:
    """Write what is ours where the server reads it last; a kept cluster gets another port each time."""
    lines = [f"{name} = '{value}'" for name, value in {**SETTINGS, **further}.items()]
    lines += [f"port = {port}", f"unix_socket_directories = '{home}'"]
    (home / "data" / "postgresql.auto.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _create_database(programs: Path, home: Path, port: int, prefix: list[str]) -> None:
    psql = [*prefix, str(programs / "psql"), "-h", str(home), "-p", str(port), "-U", "geoservice", "-qX"]
    psql += ["-v", "ON_ERROR_STOP=1"]
    _run([*psql, "-d", "postgres", "-c", f"CREATE DATABASE {DATABASE}"], home)
    _run([*psql, "-d", DATABASE, "-c", "CREATE EXTENSION postgis"], home)


def _control(programs: Path, home: Path, prefix: list[str], *action: str, check: bool = True) -> None:
    _run([*prefix, str(programs / "pg_ctl"), "-D", str(home / "data"), "-s", *action], home, check=check)


def _run(command: list[str], home: Path, *, check: bool = True) -> None:
    # Output goes to a file, not a pipe: the server inherits it and would keep a pipe open for ever.
    said = home / "said"
    with said.open("wb") as file:
        done = subprocess.run(command, cwd=home, stdout=file, stderr=subprocess.STDOUT, check=False)
    if check and done.returncode != 0:
        log = home / "log"
        text = said.read_text(errors="replace") + (log.read_text(errors="replace") if log.exists() else "")
        sys.exit(f"The private PostGIS cluster failed at {' '.join(command)}:\n{text}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

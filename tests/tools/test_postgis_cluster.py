"""The private cluster starts, serves, and is gone afterwards, also when the run is ended from outside."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tools import postgis_cluster

SCRIPT = Path(postgis_cluster.__file__)
pytestmark = pytest.mark.postgis
PRINT_ADDRESS = "import os; print(os.environ['GEOSERVICE_TEST_POSTGIS'], flush=True)"


def reachable(address: str) -> bool:
    try:
        psycopg.connect(address.replace("+psycopg", ""), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_cluster_holds_postgis_and_is_gone_afterwards() -> None:
    with postgis_cluster.cluster() as address:
        with psycopg.connect(address.replace("+psycopg", "")) as connection:
            row = connection.execute("SELECT ST_AsText(ST_Point(117, 34, 4490))").fetchone()
        assert row == ("POINT(117 34)",)
    assert not reachable(address)


def test_the_commands_exit_code_is_passed_on() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--", "sh", "-c", "exit 7"], check=False)
    assert done.returncode == 7


def test_a_terminated_run_leaves_no_server() -> None:
    child = [sys.executable, "-c", f"{PRINT_ADDRESS}; import time; time.sleep(60)"]
    with subprocess.Popen([sys.executable, SCRIPT, "--", *child], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        address = run.stdout.readline().strip()
        assert reachable(address)
        run.send_signal(signal.SIGTERM)
        assert run.wait(timeout=20) == 130
    deadline = time.monotonic() + 5
    while reachable(address) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not reachable(address)


def test_without_a_command_it_says_how_to_be_called() -> None:
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "GEOSERVICE_TEST_POSTGIS" in done.stderr

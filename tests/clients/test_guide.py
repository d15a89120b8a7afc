"""The commands of the guide, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.clients.conftest import Door

pytestmark = pytest.mark.clients
GUIDE = (Path(__file__).resolve().parents[2] / "docs/guides/clients.md").read_text(encoding="utf-8")


def test_the_commands_of_the_guide_do_what_they_say(door: Door, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) >= 7
    for line in lines:
        command = line.replace("http://HOST:8000", door.base).replace("TOKEN", door.token)
        command = command.replace("curl ", "curl --fail-with-body --silent --show-error ", 1)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout} {done.stderr}"
    # The heading, and a line for each parcel.
    assert len((tmp_path / "parcels.csv").read_text(encoding="utf-8-sig").splitlines()) == door.parcels + 1


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_the_addresses_for_sheets_answer(door: Door, name: str) -> None:
    assert f"f={name}" in GUIDE
    answer = httpx.get(f"{door.base}/ogc/collections/parcels/items", params={"f": name}, timeout=60)
    assert answer.status_code == 200, answer.text

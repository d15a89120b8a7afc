"""The vault: nothing readable on disk, nothing that opens under another name, nothing left after erasing."""

from __future__ import annotations

import io
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from geoservice import clock
from geoservice.errors import NotFound
from geoservice.vault import Vault, VaultRefused, new_key_file, open_vault, read_keys, rotate_key_file
from geoservice.vault.sealing import CHUNK

SECRET = {"name": "张三丰", "phone": "13812345678"}


def on_disk(vault: Vault) -> bytes:
    return b"".join(file.read_bytes() for file in vault.folder.rglob("*") if file.is_file())


def tamper(vault: Vault, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(vault.folder / "records.sqlite")) as connection, connection:
        connection.execute(statement, values)


def test_what_is_kept_comes_back_and_is_readable_nowhere(vault: Vault) -> None:
    kept = vault.keep("demolition_unit/HU1", SECRET)
    assert vault.read(kept.record, "demolition_unit/HU1") == SECRET
    disk = on_disk(vault)
    assert b"13812345678" not in disk
    assert "张三丰".encode() not in disk


def test_a_record_opens_under_its_own_subject_and_number_alone(vault: Vault) -> None:
    one, two = vault.keep("unit/1", {"a": 1}), vault.keep("unit/2", {"a": 2})
    with pytest.raises(VaultRefused):
        vault.read(one.record, "unit/2")
    tamper(
        vault,
        "UPDATE record SET body = (SELECT body FROM record WHERE id = ?), wrapped = (SELECT wrapped FROM record "
        "WHERE id = ?) WHERE id = ?",
        two.record,
        two.record,
        one.record,
    )
    with pytest.raises(VaultRefused):
        vault.read(one.record, "unit/1")


def test_the_same_body_never_looks_the_same(vault: Vault) -> None:
    assert vault.keep("unit/1", SECRET).sha256 != vault.keep("unit/1", SECRET).sha256


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_files_of_any_size_come_back(vault: Vault, tmp_path: Path, size: int) -> None:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(os.urandom(size))
    kept = vault.keep_file("import_run/1", file)
    sink = io.BytesIO()
    assert vault.read_file(kept.record, "import_run/1", sink.write) == size == kept.size
    assert sink.getvalue() == file.read_bytes()


@pytest.mark.parametrize("damage", ["cut", "swap", "flip", "extend"])
def test_a_file_that_was_changed_does_not_open(vault: Vault, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "big"
    file.write_bytes(bytes(3 * CHUNK))
    kept = vault.keep_file("import_run/1", file)
    place = vault.folder / "files" / kept.record
    body, sealed = place.read_bytes(), CHUNK + 16
    first, second, rest = body[7 : 7 + sealed], body[7 + sealed : 7 + 2 * sealed], body[7 + 2 * sealed :]
    place.write_bytes(
        {
            "cut": body[: 7 + 2 * sealed],
            "swap": body[:7] + second + first + rest,
            "flip": body[:99] + bytes([body[99] ^ 1]) + body[100:],
            "extend": body + b"x",
        }[damage]
    )
    with pytest.raises(VaultRefused):
        vault.read_file(kept.record, "import_run/1", lambda _: None)


def test_what_is_erased_is_gone_and_the_rest_stays(vault: Vault, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"x" * 100)
    gone, stays, original = vault.keep("u/1", SECRET), vault.keep("u/2", SECRET), vault.keep_file("i/1", file)
    with closing(sqlite3.connect(vault.folder / "records.sqlite")) as connection:
        (wrapped,) = connection.execute("SELECT wrapped FROM record WHERE id = ?", (gone.record,)).fetchone()
    assert wrapped in on_disk(vault)
    assert vault.erase(gone.record)
    assert vault.erase(original.record)
    assert not vault.erase(gone.record)
    assert wrapped not in on_disk(vault), "SQLite overwrites what it deletes"
    with pytest.raises(NotFound):
        vault.read(gone.record, "u/1")
    with pytest.raises(NotFound):
        vault.read_file(original.record, "i/1", lambda _: None)
    assert vault.read(stays.record, "u/2") == SECRET
    assert list((vault.folder / "files").iterdir()) == []


def test_a_rotation_wraps_every_key_anew_and_leaves_the_hashes(vault: Vault, tmp_path: Path) -> None:
    kept = [vault.keep(f"u/{n}", {"n": n}) for n in range(5)]
    before = set(_hashes(vault))
    key_file = tmp_path / "keys"
    both = rotate_key_file(key_file)
    assert vault.rotate(both) == 5
    assert Vault(vault.folder, both).rotate(both) == 0
    alone = rotate_key_file(key_file, keep=both)
    assert list(alone.keys) == [both.active] != [vault.ring.active]
    renewed = open_vault(vault.folder, alone)
    assert [renewed.read(k.record, f"u/{n}")["n"] for n, k in enumerate(kept)] == list(range(5))
    assert set(_hashes(renewed)) == before
    with pytest.raises(VaultRefused, match="not at hand"):
        vault.read(kept[0].record, "u/0")


def _hashes(vault: Vault) -> list[str]:
    with closing(sqlite3.connect(vault.folder / "records.sqlite")) as connection:
        return [row[0] for row in connection.execute("SELECT sha256 FROM record")]


def test_a_sweep_takes_what_nobody_names_and_nothing_young(vault: Vault) -> None:
    named, left = vault.keep("u/1", SECRET), vault.keep("u/2", SECRET)
    assert vault.sweep({named.record}, clock.now() - timedelta(days=1)) == 0
    assert vault.sweep({named.record}, clock.now() + timedelta(seconds=1)) == 1
    assert vault.records() == {named.record}
    assert left.record not in vault.records()


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key_file = tmp_path / "keys"
    ring = new_key_file(key_file)
    assert key_file.stat().st_mode & 0o777 == 0o600
    for mode in (0o640, 0o604, 0o660):
        key_file.chmod(mode)
        with pytest.raises(VaultRefused, match="chmod 600"):
            read_keys(key_file)
    key_file.chmod(0o600)
    assert read_keys(key_file) == ring
    link = tmp_path / "link"
    link.symlink_to(key_file)
    for place in (link, tmp_path / "absent"):
        with pytest.raises(VaultRefused):
            read_keys(place)
    with pytest.raises(VaultRefused, match="exists already"):
        new_key_file(key_file)


def test_a_folder_that_others_can_enter_is_refused(vault: Vault) -> None:
    vault.folder.chmod(0o755)
    with pytest.raises(VaultRefused, match="chmod 700"):
        open_vault(vault.folder, vault.ring)


def test_keys_are_checked_and_never_repeated_in_messages(tmp_path: Path) -> None:
    key_file = tmp_path / "keys"
    ring = new_key_file(key_file)
    line = key_file.read_text().splitlines()[-1]
    assert read_keys(None, line) == ring
    body = line.split()[-1]
    for text in (body[:-8], f"{line},{line}", "# nothing", "k1 not-base64!"):
        with pytest.raises(VaultRefused) as refusal:
            read_keys(None, text)
        assert body[:20] not in str(refusal.value)
    assert body not in repr(ring)

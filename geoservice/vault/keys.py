"""Master keys: read from a protected file or the environment, refused where others could read them."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from geoservice.vault.errors import VaultRefused

KEY_BYTES: Final = 32
"""AES-256."""

_HEAD: Final = (
    "# Master keys of the vault: name and 32 bytes in base64; the last line seals, all lines open.\n"
)


@dataclass(frozen=True)
class KeyRing:
    """Master keys by name.

    Attributes
    ----------
    keys : mapping of str to bytes
        Every key that opens.
    active : str
        Name of the key that seals.
    """

    keys: Mapping[str, bytes]
    active: str

    def __repr__(self) -> str:
        """Name the keys and keep their bytes to oneself."""
        return f"KeyRing({', '.join(self.keys)}; active {self.active})"


def read_keys(file: Path | None, inline: str | None = None) -> KeyRing:
    """Return the master keys of a file, or of the text an environment variable holds.

    Parameters
    ----------
    file : Path, optional
        One key a line, ``name base64``; the last one seals.
    inline : str, optional
        The same with commas or line ends between; used where no file is named.

    Raises
    ------
    VaultRefused
        If there is no key, a key is not 32 bytes in base64, or others than its owner can reach the file.
    """
    if file is not None:
        require_private(file, "key file")
        return _parsed(file.read_text("utf-8"), str(file))
    if inline:
        return _parsed(inline.replace(",", "\n"), "GEOSERVICE_VAULT_KEY")
    raise VaultRefused(
        "The vault has no key",
        None,
        "Set GEOSERVICE_VAULT_KEY_FILE, or make one with: geoservice vault init.",
    )


def new_key_file(file: Path) -> KeyRing:
    """Make a key file that its owner alone can read.

    Raises
    ------
    VaultRefused
        If it exists: a key that is overwritten takes everything it sealed with it.
    """
    if file.exists():
        raise VaultRefused("The key file exists already", file, "Keep it, or name another one.")
    file.parent.mkdir(parents=True, exist_ok=True)
    name, key = _fresh(())
    _write(file, {name: key})
    return read_keys(file)


def rotate_key_file(file: Path, *, keep: KeyRing | None = None) -> KeyRing:
    """Add a fresh key to the file, or leave in it the active key of `keep` alone.

    Parameters
    ----------
    file : Path
        As :func:`read_keys` takes it.
    keep : KeyRing, optional
        Given once everything is wrapped by its active key: the older keys are forgotten.
    """
    ring = read_keys(file)
    if keep is not None:
        _write(file, {keep.active: keep.keys[keep.active]})
    else:
        name, key = _fresh(tuple(ring.keys))
        _write(file, {**ring.keys, name: key})
    return read_keys(file)


def require_private(path: Path, what: str) -> None:
    """Refuse a file or folder that is absent, somebody else's, or open to others.

    Raises
    ------
    VaultRefused
        Says which permission is too wide and how to narrow it.
    """
    try:
        found = path.lstat()
    except OSError:
        raise VaultRefused(
            f"The {what} does not exist", path, "Make it with: geoservice vault init."
        ) from None
    if stat.S_ISLNK(found.st_mode):
        raise VaultRefused(f"The {what} is a link", path, "Name the file itself.")
    if os.name != "posix":  # other systems keep permissions in lists this mode does not show
        return
    if found.st_uid not in (os.geteuid(), 0):
        raise VaultRefused(
            f"The {what} belongs to another user", path, "Give it to the user that runs geoservice."
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        mode = "700" if stat.S_ISDIR(found.st_mode) else "600"
        raise VaultRefused(f"Others can reach the {what}", path, f"Run: chmod {mode} {path}.")


def _parsed(text: str, place: str) -> KeyRing:
    keys: dict[str, bytes] = {}
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith("#"):
            continue
        name, _, body = line.rpartition(" ")
        name = name.strip() or "key"
        if name in keys:
            raise VaultRefused("Two keys have one name", f"{place}: {name}", "Name each key differently.")
        keys[name] = _decoded(body, place)
    if not keys:
        raise VaultRefused("The key file holds no key", place, "Make one with: geoservice vault init.")
    return KeyRing(MappingProxyType(keys), list(keys)[-1])


def _decoded(body: str, place: str) -> bytes:
    try:
        key = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        # The value itself is never repeated: it may be a key with a slip in it.
        raise VaultRefused("A key is not 32 bytes in base64", place, "Make one with: geoservice vault init.")
    return key


def _fresh(taken: tuple[str, ...]) -> tuple[str, bytes]:
    numbers = [int(name[1:]) for name in taken if name[:1] == "k" and name[1:].isdigit()]
    return f"k{max(numbers, default=0) + 1}", secrets.token_bytes(KEY_BYTES)


def _write(file: Path, keys: Mapping[str, bytes]) -> None:
    """Write beside and rename, so that a crash leaves the old keys or the new ones."""
    body = _HEAD + "".join(f"{name} {base64.b64encode(key).decode()}\n" for name, key in keys.items())
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)

"""AES-256-GCM: small bodies at once, files as a chain of chunks whose order and end are part of the seal."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from geoservice.vault.errors import VaultRefused

CHUNK: Final = 1 << 20
_NONCE: Final = 12
_PREFIX: Final = 7
_TAG: Final = 16


def seal(key: bytes, body: bytes, about: bytes) -> bytes:
    """Return a fresh nonce and the sealed body; `about` is bound to it without being stored."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, body, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """Return the body of :func:`seal`.

    Raises
    ------
    VaultRefused
        If the key, the body or what it is about is not what it was sealed with.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
    except (InvalidTag, ValueError):
        raise _damaged() from None


def seal_stream(key: bytes, source: BinaryIO, sink: BinaryIO, about: bytes) -> tuple[int, str]:
    """Seal a stream chunk by chunk; return its plain size and the SHA-256 of what was written.

    Notes
    -----
    The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): nonce = random prefix, counter, last-chunk
    mark. Chunks that are dropped, swapped or cut off at the end do not open. Memory: two chunks.
    """
    cipher, prefix = AESGCM(key), secrets.token_bytes(_PREFIX)
    digest, size, number = hashlib.sha256(prefix), 0, 0
    sink.write(prefix)
    chunk = source.read(CHUNK)
    while True:
        following = source.read(CHUNK)
        sealed = cipher.encrypt(_chunk_nonce(prefix, number, last=not following), chunk, about)
        digest.update(sealed)
        sink.write(sealed)
        size, number = size + len(chunk), number + 1
        if not following:
            return size, digest.hexdigest()
        chunk = following


def unseal_stream(key: bytes, source: BinaryIO, write: Callable[[bytes], object], about: bytes) -> int:
    """Hand the plain chunks of :func:`seal_stream` to `write`; return their size.

    Raises
    ------
    VaultRefused
        If anything was changed; what was written before must then be thrown away.
    """
    cipher, prefix = AESGCM(key), source.read(_PREFIX)
    size, number = 0, 0
    sealed = source.read(CHUNK + _TAG)
    while True:
        following = source.read(CHUNK + _TAG)
        try:
            plain = cipher.decrypt(_chunk_nonce(prefix, number, last=not following), sealed, about)
        except (InvalidTag, ValueError):
            raise _damaged() from None
        write(plain)
        size, number = size + len(plain), number + 1
        if not following:
            return size
        sealed = following


def _chunk_nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _damaged() -> VaultRefused:
    return VaultRefused(
        "A sealed record does not open",
        None,
        "It was changed, or sealed with another key: restore both from a backup.",
    )

"""A body locked by a passphrase opens by it alone, and only where nothing was changed."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.errors import InvalidInput
from geoservice.vault import ITERATIONS, Locked, lock, require_passphrase

GOOD = "correct horse battery"


def opened(locked: Locked, passphrase: str, about: bytes) -> bytes:
    """Open as a browser does."""
    key = PBKDF2HMAC(SHA256(), 32, locked.salt, locked.iterations).derive(passphrase.encode())
    return AESGCM(key).decrypt(locked.nonce, locked.body, about)


@settings(deadline=None, max_examples=20)
@given(body=st.binary(max_size=2000), about=st.binary(max_size=50))
def test_what_is_locked_opens_again(body: bytes, about: bytes) -> None:
    locked = lock(GOOD, body, about, iterations=10)
    assert opened(locked, GOOD, about) == body
    with pytest.raises(InvalidTag):
        opened(locked, GOOD.upper(), about)
    with pytest.raises(InvalidTag):
        opened(locked, GOOD, about + b"!")


def test_no_two_locks_are_alike() -> None:
    one, other = (lock(GOOD, b"same", b"", iterations=10) for _ in range(2))
    assert one.salt != other.salt
    assert one.nonce != other.nonce
    assert one.body != other.body


def test_the_rounds_are_those_that_are_recommended() -> None:
    assert ITERATIONS >= 600_000


def test_one_passphrase_is_one_however_it_was_typed() -> None:
    # Full-width letters and composed accents are what input methods make of the same keys.
    assert require_passphrase("ｃｏｒｒｅｃｔ　horse café") == require_passphrase("correct horse cafe\u0301")


@pytest.mark.parametrize("weak", ["", "hunter2", "aaaaaaaaaaaaaaaa", "121212121212"])
def test_a_weak_passphrase_is_refused_and_not_repeated(weak: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        lock(weak, b"", b"")
    assert not weak or weak not in str(caught.value)

"""A body locked by a passphrase, so that a browser opens it again with nothing but WebCrypto.

The passphrase becomes a key by PBKDF2-HMAC-SHA-256 and the key seals by AES-256-GCM: the two that every browser has
built in. What the lock says in the open (until when it opens) is bound to the seal as associated data.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from geoservice.errors import InvalidInput

ITERATIONS: Final = 600_000
"""Rounds of PBKDF2-HMAC-SHA-256 (OWASP Password Storage Cheat Sheet): about half a second in a browser."""

SHORTEST: Final = 12
"""Characters of a passphrase: a file is attacked away from us, at the speed of the attacker's machines."""

FEWEST_KINDS: Final = 5
"""Different characters of a passphrase: aaaaaaaaaaaa is as long as a good one."""

_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Locked:
    """A sealed body and what opens it beside the passphrase.

    Attributes
    ----------
    salt : bytes
        Of PBKDF2, drawn anew for each body.
    iterations : int
        Rounds of PBKDF2.
    nonce : bytes
        Of AES-GCM.
    body : bytes
        The sealed body, the tag of 16 bytes at its end as WebCrypto expects it.
    """

    salt: bytes
    iterations: int
    nonce: bytes
    body: bytes


def lock(passphrase: str, body: bytes, about: bytes, iterations: int = ITERATIONS) -> Locked:
    """Seal a body by a passphrase.

    Parameters
    ----------
    passphrase : str
        As it was typed; Unicode is brought to NFKC, as the browser does before it opens.
    body : bytes
        What is sealed.
    about : bytes
        Bound to the seal without being hidden: who changes it can no longer open the body.
    iterations : int
        Rounds of PBKDF2.

    Raises
    ------
    InvalidInput
        If the passphrase is too short or too uniform; its value is never repeated.
    """
    text = require_passphrase(passphrase)
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    key = PBKDF2HMAC(SHA256(), _KEY_BYTES, salt, iterations).derive(text.encode())
    return Locked(salt, iterations, nonce, AESGCM(key).encrypt(nonce, body, about))


def require_passphrase(passphrase: str) -> str:
    """Return a passphrase in the form that is hashed, or refuse it.

    Raises
    ------
    InvalidInput
        If it is too short or too uniform; its value is never repeated.
    """
    text = unicodedata.normalize("NFKC", passphrase)
    if len(text) < SHORTEST:
        raise InvalidInput(
            "The passphrase is too short",
            f"{len(text)} characters",
            f"Use at least {SHORTEST}, such as four words that have nothing to do with each other.",
        )
    if len(set(text)) < FEWEST_KINDS:
        raise InvalidInput(
            "The passphrase repeats too few characters",
            f"{len(set(text))} different ones",
            f"Use at least {FEWEST_KINDS} different characters.",
        )
    return text

"""What law can have erased: personal records and original files, sealed, beside the database and never inside it.

The database keeps the number of a record, the names of its fields and the hash of what was sealed; the values are
here alone. Every record has a key of its own, wrapped by a master key from a protected file or the environment:
to erase a record is to destroy its key, and to rotate the master key is to wrap the record keys anew.
"""

from geoservice.vault.errors import VaultRefused
from geoservice.vault.keys import KeyRing, new_key_file, read_keys, rotate_key_file
from geoservice.vault.passphrase import ITERATIONS, Locked, lock, require_passphrase
from geoservice.vault.store import Kept, Vault, open_vault

__all__ = [
    "ITERATIONS",
    "Kept",
    "KeyRing",
    "Locked",
    "Vault",
    "VaultRefused",
    "lock",
    "new_key_file",
    "open_vault",
    "read_keys",
    "require_passphrase",
    "rotate_key_file",
]

"""What can be wrong with the vault itself."""

from __future__ import annotations

from geoservice.errors import Unavailable


class VaultRefused(Unavailable):
    """The vault or its key is absent, unsafe or damaged; nothing personal is read or written."""

    code = "vault_refused"

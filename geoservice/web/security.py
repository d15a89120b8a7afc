"""The content security policy of pages."""

from __future__ import annotations


def content_security_policy(nonce: str, *, frames: bool = False) -> str:
    """Return the policy of a page: scripts and styles of ours alone, nothing from another host.

    Parameters
    ----------
    nonce : str
        Of this one answer.
    frames : bool
        Whether the page may show pages of ours in frames.
    """
    framed = "frame-src 'self'; " if frames else ""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        f"{framed}base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )

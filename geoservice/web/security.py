"""The content security policy of pages."""

from __future__ import annotations


def content_security_policy(nonce: str) -> str:
    """Return the policy of a page: scripts and styles of ours alone, nothing from another host."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )

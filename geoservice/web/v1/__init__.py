"""The domain endpoints under ``/v1``."""

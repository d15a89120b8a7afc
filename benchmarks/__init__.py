"""Measured speed: our pages against raw SQL for the same content, and writing, on both engines in one run."""

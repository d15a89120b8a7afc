"""Exports: what a question finds, as a file in the formats other offices read; a batch in memory at a time."""

"""Exports: features in the formats other offices read; so far boundary-point TXT."""

"""Exports: what a role may see of the city, written in the formats other offices read."""

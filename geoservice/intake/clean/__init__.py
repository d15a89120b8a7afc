"""Cleaning: from cells as they are typed to values as they are stored, one small file per kind of value."""

"""Bring files in: read what bureaus really send, recognise, map, clean, check, report, then load."""

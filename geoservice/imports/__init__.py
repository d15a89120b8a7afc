"""Imports as a conversation: a file is received, checked, decided about, published as one step, and can be undone."""

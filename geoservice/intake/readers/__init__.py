"""Readers: one small file per family of formats behind one protocol; content decides, not the name."""

"""Gathering facts for the kernels, set-wise: one pass per source, never one per subject."""

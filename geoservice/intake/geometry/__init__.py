"""Shapes at the door: where they come from, in which system, made sound, measured."""

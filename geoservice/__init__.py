"""The map and the land register of a city's projects."""

__version__ = "0.1.0"

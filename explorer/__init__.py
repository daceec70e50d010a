"""Xception Explorer: turn the knobs of Xception and see the truth at once."""

__version__ = "0.1.0"

"""Architectures as data, and what can be counted from them. Needs only the standard library."""

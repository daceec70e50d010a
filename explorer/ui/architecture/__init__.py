"""The panels of the Architecture page."""

"""The panels of the Explain page."""

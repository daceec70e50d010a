"""The panels of the Feature maps page."""

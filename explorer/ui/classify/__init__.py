"""The panels of the Classify page."""

"""Trained weights: where they come from, which node they belong to, and what state they are in."""

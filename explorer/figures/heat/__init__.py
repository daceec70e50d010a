"""Amounts as colours of a drawing: what they may be of, where they come from, and the scale that they are on."""

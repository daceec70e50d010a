"""The entrance: what a person sees first, and the tour."""

"""Whether a heat map can be trusted."""

"""What two networks have otherwise, layer by layer, and in words."""

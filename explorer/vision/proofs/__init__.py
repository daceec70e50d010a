"""What the chapters claim about convolutions, computed and compared with NumPy alone: small maps, at once."""

"""The parts of the chapters on the way to the extreme, the spectrum and what stands between."""

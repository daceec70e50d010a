"""The parts of a link, each read and mended by itself."""

"""The parts of the chapters on a convolution's two jobs and on Inception modules."""

"""What is asked on the command line, as values: networks with their knobs, weights, pictures."""

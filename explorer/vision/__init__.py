"""From a photograph to frozen results: decoding, what the network sees, predictions. NumPy arrays out."""

"""A network as a Keras model and as Keras source, and the proof that it is the one that was counted."""

"""What a graph becomes: a Keras model, its source code, its weights, its labels and its forward pass."""

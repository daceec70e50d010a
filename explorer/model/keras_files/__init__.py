"""Files that Keras saved, read as data: no object of Keras is made, no code of a file runs."""

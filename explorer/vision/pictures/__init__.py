"""Picture files, from bytes to the tensor that a network sees, and back."""

"""Maps and kernels as pictures."""

"""Where one can look into a graph: layers and their stages, separable pairs, and how a graph is split there."""

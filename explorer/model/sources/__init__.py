"""Where trained weights and the names of classes come from: known files, fetching, the cache directory."""

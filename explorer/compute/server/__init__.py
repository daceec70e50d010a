"""One process that holds the workers, and how the web processes of a machine ask it, over a socket."""

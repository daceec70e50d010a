"""How long a network takes on this machine, layer by layer, and what the machine could do at best."""

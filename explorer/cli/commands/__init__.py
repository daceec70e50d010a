"""The commands, a file for each or for the few that belong together."""

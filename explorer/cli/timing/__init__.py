"""Networks timed for a command, and a limit of milliseconds."""

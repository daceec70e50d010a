"""Charts of several networks, and of what limits one."""

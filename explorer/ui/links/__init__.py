"""The address bar: what is looked at, written into the link and read from it."""

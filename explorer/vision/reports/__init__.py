"""What was found, as files and plain data."""

"""Several networks drawn side by side, their stages at the same height."""

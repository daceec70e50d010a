"""What a session keeps, what all sessions share, and the boundary where errors become messages."""

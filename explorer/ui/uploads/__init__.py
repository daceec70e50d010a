"""What a person uploads: its room, its session, its end."""

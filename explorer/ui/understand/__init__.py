"""The page of chapters: which is open, how far one has come, and a chapter drawn."""

"""Workers that are actors of Ray, on any number of machines. Imported only where Ray is chosen."""

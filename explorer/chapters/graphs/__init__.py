"""Small networks that chapters speak of: built from, or cut out of, the same descriptions as the large ones."""

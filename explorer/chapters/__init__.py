"""The chapters of the page *Understand*: their text, read from files, and the small networks that they speak of."""

"""Heat maps: the methods, what they are asked, and their maps laid over the picture."""

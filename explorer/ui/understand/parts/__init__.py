"""The live parts of chapters, each with its own controls: turning one redraws that part alone."""

"""The parts of the chapter on results and on what came after."""

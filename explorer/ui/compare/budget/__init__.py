"""The budget: which widths and numbers of equal modules cost no more than a limit, counted or predicted."""

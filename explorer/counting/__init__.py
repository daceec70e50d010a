"""A network in numbers: costs, memory, formulas, networks side by side, and what is printed. Standard library only."""

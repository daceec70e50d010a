"""The knobs at the side: which network, from where its knobs begin, what weights fix, and what a person turns."""

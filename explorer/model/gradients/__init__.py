"""How a logit answers to what lies below it: trunk, heads, film."""

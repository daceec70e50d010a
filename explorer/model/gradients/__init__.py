"""How a logit answers to what lies below it: trunk, tails, film, activation gradients."""

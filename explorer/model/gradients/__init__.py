"""How a logit answers to what lies below it: at single places, at many at once, and from a channel to the picture."""

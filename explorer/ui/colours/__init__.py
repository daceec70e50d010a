"""What the colours of a drawing say, on every page that draws networks: the choice, the amounts, words about them."""

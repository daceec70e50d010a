"""`python -m explorer.tour` prints the tour for the README."""

from explorer.tour.markdown import as_markdown

print(as_markdown())

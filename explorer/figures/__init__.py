"""Results in, pictures out: Plotly figures and SVG. Nothing here draws on a page."""

"""Numbers as Plotly charts."""

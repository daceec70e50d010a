"""Pictures and maps that the browser paints, and what is chosen on them."""

"""The network drawn as in the paper's figure 5, as SVG."""

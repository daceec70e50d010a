"""Networks timed on this machine: what is known, a button that measures the rest, and the page's panel about one."""

"""The same program without a browser: `python -m explorer`."""

import os

# Networks live in the tests' own process; tests of the workers and of the browser say otherwise.
os.environ.setdefault("XCEPTION_EXPLORER_COMPUTE", "here")

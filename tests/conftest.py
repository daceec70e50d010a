import os
import sys

import pytest

# Networks live in the tests' own process; tests of the workers and of the browser say otherwise.
os.environ.setdefault("XCEPTION_EXPLORER_COMPUTE", "here")


@pytest.fixture(autouse=True)
def main_module():
    """Scripts that Streamlit runs in tests take its place, and processes that are spawned later would run them."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main

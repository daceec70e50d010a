import gc
import os
import sys

import pytest

# Networks live in the tests' own process; tests of the workers and of the browser say otherwise.
os.environ.setdefault("XCEPTION_EXPLORER_COMPUTE", "here")


def pytest_collection_finish():
    leave_out_of_collections()


@pytest.fixture(autouse=True, scope="module")
def what_stays_is_left_out_of_collections():
    yield
    leave_out_of_collections()


def leave_out_of_collections():
    """Frees what can be freed and spares later garbage collections the rest.

    Streamlit collects fully after every run of a page, and looks each time through the libraries, the collected tests
    and what Keras keeps.
    """
    gc.unfreeze()  # what stayed until now may have become garbage
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def main_module():
    """Scripts that Streamlit runs in tests take its place, and processes that are spawned later would run them."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main

"""One server for all tests that only use it."""

import pytest

from tests.browser.serving import served


@pytest.fixture(scope="package")
def address():
    with served() as address:
        yield address

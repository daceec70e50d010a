"""One server and one browser for all tests that look at the app as a person does."""

import pytest

from tests.browser.serving import chromium, served


@pytest.fixture(scope="package")
def address():
    with served() as address:
        yield address


@pytest.fixture(scope="package")
def browser():
    with chromium() as browser:
        yield browser

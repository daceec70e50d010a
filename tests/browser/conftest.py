"""One server and one browser for all tests that look at the app as a person does."""

import re

import pytest
from playwright.sync_api import Browser, Page

from explorer.ui.browser import browser_file
from tests.browser.serving import chromium, served


@pytest.fixture(scope="package")
def address():
    with served() as address:
        yield address


WAS_HERE = re.search('KEY = "(.+)"', browser_file("first_visit.js")).group(1)


class ReturningBrowser:
    """A browser that was at the app before, so that no page begins with the first visit's screen."""

    def __init__(self, browser: Browser) -> None:
        self.first = browser

    def new_page(self, **options: object) -> Page:
        """As `playwright` has it."""
        page = self.first.new_page(**options)
        page.add_init_script(f"localStorage.setItem('{WAS_HERE}', 'yes')")
        return page


@pytest.fixture(scope="package")
def browser():
    with chromium() as browser:
        yield ReturningBrowser(browser)

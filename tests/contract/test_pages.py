"""Every page opens for every file of networks, at its smallest, with random weights or with what its weights bring."""

import pytest

from explorer.configuration.link import to_query
from explorer.configuration.registry import NETWORKS
from tests.contract.small import small
from tests.pages.test_pages import PAGES, opened, words

ONE_OF_EACH_FILE = {network.describe.__module__: network for network in reversed(NETWORKS.values())}


@pytest.mark.parametrize("network", ONE_OF_EACH_FILE.values(), ids=lambda network: network.name)
def test_every_page_opens(network):
    app = opened(**to_query(small(network)))
    for page in PAGES:
        app.switch_page(page).run()
        assert not app.exception, page
        assert not app.error, page
    assert "Channel" in " ".join(subheader.value for subheader in app.subheader), "the last page shows maps"
    assert "link was mended" not in words(app)

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from urllib.parse import parse_qsl

import pytest

from explorer.configuration.link import from_query
from explorer.configuration.named import config_named, name_of, title_of
from explorer.configuration.registry import NETWORKS, PRESETS, graph_of
from explorer.configuration.token import from_token
from explorer.counting.comparison import ratio
from explorer.counting.formula import macs_formula
from explorer.counting.report import CONVENTIONS
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from explorer.export.closing import compared_link, link
from explorer.export.page import MOST, file_name, page
from explorer.figures.diagram.layout import layout
from explorer.quantities import exact
from explorer.ui.links.parts.compared_link import COMPARED, MOST_COMPARED

MADE = date(2026, 1, 2)
XCEPTION, MOBILENET = (NETWORKS[name].config() for name in ("xception", "mobilenet"))
HALF = replace(MOBILENET, alpha=0.5)


class Layers(HTMLParser):
    """The rows of all layer tables, and what can be pressed in the drawings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows, self.targets, self.notes, self.cells = [], [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "tr":
            self.cells = [] if "data-words" in told else None
        elif tag in ("td", "th") and self.cells is not None:
            self.cells.append("")
        elif tag == "g" and "data-kind" in told:
            self.targets.append((told["data-kind"], told["data-name"]))
        elif tag == "article":
            self.notes.append(told["data-layer"])

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data

    def handle_endtag(self, tag):
        if tag == "tr" and self.cells:
            self.rows.append(self.cells)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_has_all_its_layers_in_table_drawing_and_notes(name):
    config = NETWORKS[name].config()
    counted = tally(graph_of(config))
    html = page({title_of(config): config}, MADE)
    found = Layers(html)
    assert [(row[1], row[5], row[6]) for row in found.rows] == [
        (layer.node.name, exact(layer.params), exact(layer.macs)) for layer in counted.layers
    ]
    assert found.notes == list(counted.by_name)
    everything = {item for flow in layout(counted, frozenset(), interactive=True) for item in flow.strips}
    assert {module for strip in everything for module in strip.modules} == {m.name for m in counted.module_tallies}
    drawn = {of for kind, of in found.targets if kind == "layer"}
    assert drawn == {layer.node.name for layer in counted.layers}
    assert {of for kind, of in found.targets if kind == "module"} == {m.name for m in counted.module_tallies}
    assert len(html.encode()) < 2_000_000


def test_the_numbers_are_the_tallys():
    counted = tally(graph_of(XCEPTION))
    html = page({"Xception": XCEPTION}, MADE)
    for number in (counted.params, counted.macs, counted.flops, *(flow.macs for flow in counted.flow_tallies)):
        assert exact(number) in html
    assert macs_formula(counted.by_name["block5_sepconv1"]).text in html
    assert all(said[1:20] in html for said in CONVENTIONS.values())
    assert "2026-01-02" in html


def test_a_comparison_has_ratios_to_the_first_and_every_network():
    first, second = (tally(graph_of(config)) for config in (XCEPTION, HALF))
    html = page({"A": XCEPTION, "B": HALF}, MADE)
    assert f"{exact(second.params)} <small>{ratio(second.params, first.params)}</small>" in html
    assert len(Layers(html).rows) == len(first.layers) + len(second.layers)
    assert file_name({"A": XCEPTION, "B": HALF, "C": MOBILENET}) == "xception-mobilenet.html"


def test_titles_are_escaped_and_equal_input_gives_an_equal_file():
    title = '<img src=x onerror="alert(1)"></title></script> & more'
    configs = {title: XCEPTION, "B": HALF}
    html = page(configs, MADE)
    assert "<img" not in html
    assert html.count("</script>") == html.count("</head>") == 1
    assert html == page(dict(configs), MADE)


def test_nothing_in_the_file_names_another_place():
    html = page({"A": XCEPTION, "B": HALF}, MADE)
    assert "default-src 'none'" in html
    assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) == {"#network-1", "#network-2"}
    assert not re.search(r"url\(|@import|https?://", html)


def test_links_and_names_lead_back_to_the_configurations():
    configs = [*(network.config() for network in NETWORKS.values()), *(p.config for p in PRESETS.values()), HALF]
    for config in configs:
        path, _, query = link(config).partition("?")
        assert path == "/"
        assert from_query(dict(parse_qsl(query))).config == config
        assert config_named(name_of(config)) == config
    told = dict(parse_qsl(compared_link((XCEPTION, HALF)).partition("?")[2]))
    assert [from_token(word) for word in told[COMPARED].split()] == [XCEPTION, HALF]


def test_one_to_four_networks_are_shown():
    assert MOST == MOST_COMPARED
    with pytest.raises(ConfigError, match="1 to 4 networks, got 0"):
        page({}, MADE)
    with pytest.raises(ConfigError, match="got 5"):
        page({str(n): XCEPTION for n in range(5)}, MADE)

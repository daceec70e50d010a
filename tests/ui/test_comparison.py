import csv

from explorer.configuration.registry import PAPER, graph_of
from explorer.counting.tally import tally
from explorer.networks.xception import XceptionConfig
from explorer.ui.compare.comparison_panels import references, totals_csv


def test_the_csv_holds_plain_numbers_that_say_what_they_count():
    small = XceptionConfig(input_size=150, classes=6)
    tallies = {"small, mine": tally(graph_of(small)), **{n: tally(graph_of(c)) for n, c in references(PAPER).items()}}
    heading, *rows = csv.reader(totals_csv(tallies).splitlines())
    assert heading == ["Quantity", "small, mine", "Inception V3", "The paper's Xception"]
    numbers = {name: cells for name, *cells in rows}
    assert numbers["Input"] == ["150 × 150 × 3", "299 × 299 × 3", "299 × 299 × 3"]
    assert numbers["Parameters"] == ["20873774", "23851784", "22910480"]
    assert numbers["Multiply-adds (MACs)"][1:] == ["5713216096", "8357403496"]
    assert numbers["Weights, float32 (bytes)"][2] == str(4 * 22_910_480)

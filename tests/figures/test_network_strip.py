import re

import pytest

from explorer.arch.places.taps import layers
from explorer.configuration.registry import PRESETS, graph_of
from explorer.figures.network_strip import strip_html


@pytest.mark.parametrize("preset", PRESETS)
def test_every_layer_has_one_button_and_the_chosen_one_is_pressed(preset):
    graph = graph_of(PRESETS[preset].config)
    chosen = layers(graph)[len(layers(graph)) // 2]
    drawn = "".join(strip_html(graph, chosen).values())
    assert tuple(re.findall('data-name="([^"]+)"', drawn)) == layers(graph)
    assert re.findall('data-name="([^"]+)" aria-pressed="true"', drawn) == [chosen]

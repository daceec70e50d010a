"""Whatever a link asks to look at, the nearest view that there is comes out, and what was asked in vain is said."""

import pytest

from explorer.configuration.registry import PAPER
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.ui.links.parts.drawing_link import read_drawing
from explorer.ui.links.parts.view_link import read_view


@pytest.mark.parametrize(
    ("asked", "taken", "said"),
    [
        ({}, {}, ()),
        (
            {"layer": "block8_sepconv3", "stage": "bn", "method": "layercam", "target": "cup", "against": "3"},
            {"layer": "block8_sepconv3", "stage": "bn", "method": "layercam", "target": "cup", "against": "3"},
            (),
        ),
        ({"layer": "block8_sepconv3_bn"}, {"layer": "block8_sepconv3", "stage": "bn"}, ()),
        ({"layer": "blok8_sepconv3"}, {"layer": "block8_sepconv3"}, ("the nearest are block8_sepconv3",)),
        ({"layer": "zzz"}, {"layer": "block14_sepconv2"}, ("they run from block1_conv1",)),
        ({"layer": "block8_sepconv3", "stage": "act"}, {"layer": "block8_sepconv3"}, ("has the stages",)),
        ({"stage": "sideways"}, {}, ("stage: must be one of",)),
        ({"method": "telepathy"}, {}, ("method: must be one of grad-cam",)),
        ({"target": "CUP", "against": "cup"}, {"target": "cup"}, ("must differ",)),
        ({"target": "00", "against": "cup"}, {"target": "0"}, ("must differ",)),
        ({"target": "cupp"}, {}, ("the nearest is cup (0)",)),
        ({"target": "6", "against": "-1"}, {}, ("from 0 to 5", "there is no class '-1'")),
        ({"layer": "<img onerror=x>", "target": "[a](b)"}, {}, ("layer='img onerror=x'", "target='ab'")),
        ({"layer": "x" * 100_000}, {}, ("this is no name",)),
        ({"width": "9", "weights": "kitchenware"}, {}, ()),
    ],
)
def test_the_nearest_view_is_taken(asked, taken, said):
    view = read_view(asked, PAPER, "kitchenware")
    assert view.query == taken
    assert len(view.ignored) == len(said)
    for sentence, expected in zip(view.ignored, said, strict=True):
        assert expected in sentence


def test_another_networks_layer_leads_to_what_the_head_pools():
    view = read_view({"layer": "block8_sepconv3"}, InceptionV3Config(), "kitchenware")
    assert view.query == {"layer": "mixed10"}
    assert "Inception V3 has no layer 'block8_sepconv3'" in view.ignored[0]


def test_a_vector_is_no_place_to_look():
    view = read_view({"layer": "avg_pool"}, PAPER, "kitchenware")
    assert view.query == {"layer": "block14_sepconv2"}
    assert "avg_pool gives a vector of 2,048 numbers" in view.ignored[0]


@pytest.mark.parametrize(
    ("asked", "taken", "said"),
    [
        ({"width": "9"}, {}, ()),
        ({"heat": "macs", "live": "1"}, {"heat": "macs", "live": "1"}, ()),
        ({"heat": "time"}, {"heat": "time"}, ()),
        ({"heat": "energy"}, {"heat": "energy"}, ()),
        ({"heat": "warm", "live": "yes"}, {}, ("heat: must be flow or params or macs", "live: must be 1; no")),
    ],
)
def test_how_the_network_is_drawn_stands_in_the_link(asked, taken, said):
    drawing = read_drawing(asked)
    assert drawing.query == taken
    assert len(drawing.ignored) == len(said)
    assert all(expected in sentence for sentence, expected in zip(drawing.ignored, said, strict=True))

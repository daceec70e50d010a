import numpy as np
import pytest

from explorer.arch.places.taps import find_tap
from explorer.arch.receptive_field import ReceptiveField, Span
from explorer.configuration.registry import graph_of
from explorer.model.weights.arrays import Provenance, Weights, random_weights
from explorer.networks.xception import XceptionConfig
from explorer.vision.explainer import Explainer
from explorer.vision.methods.target import Target
from explorer.vision.methods.upscaling import centre, upscaled

SIZE = 150


def test_cells_lie_at_the_centres_of_their_receptive_fields_and_between_them_it_is_linear():
    span = Span(size=3, jump=4, start=1)  # centres at pixels 2, 6, 10
    field = ReceptiveField(span, span)
    values = np.array([[0.0, 4.0, 8.0]] * 3)
    row = upscaled(values, field, 12, 12, 12)[0]
    assert row.tolist() == [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert centre(span, 2) == 10
    steps = upscaled(values, field, 12, 12, 12, smooth=False)[0]
    assert steps.tolist() == [0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8]


def test_a_picture_of_another_size_is_covered_in_proportion():
    span = Span(1, 1, 0)
    values = np.arange(4.0)[None, :].repeat(4, axis=0)
    wide = upscaled(values, ReceptiveField(span, span), 4, 4, 8)
    assert wide.shape == (4, 8)
    assert wide[0].tolist() == [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]


def blurring_weights(graph) -> Weights:
    """Every kernel averages: a light spot stays where it is, and only grows. The logits count all light."""

    def averaging(name: str, array: np.ndarray) -> np.ndarray:
        if "kernel" not in name:
            return array
        return np.full_like(array, 1 / np.prod(array.shape[:2] if name == "depthwise_kernel" else array.shape[:-1]))

    arrays = {
        node: {name: averaging(name, array) for name, array in of_node.items()}
        for node, of_node in random_weights(graph).arrays.items()
    }
    return Weights(arrays, Provenance("random", "averages", ""))


@pytest.fixture(scope="module")
def explainer():
    graph = graph_of(XceptionConfig(input_size=SIZE, width=0.25, classes=2, middle_repeats=0))
    return Explainer(graph, blurring_weights(graph))


@pytest.mark.parametrize("spot", [(20, 20), (75, 75), (40, 110), (130, 61), (97, 140)])
@pytest.mark.parametrize("layer", ["block3_sepconv2", "block4_add"])
def test_a_known_hot_spot_is_found_within_a_cell(explainer, spot, layer):
    tap = find_tap(explainer.graph, layer)
    rows, columns = np.mgrid[:SIZE, :SIZE]
    light = np.exp(-((rows - spot[0]) ** 2 + (columns - spot[1]) ** 2) / (2 * 8**2))
    image = light.astype(np.float32)[None, :, :, None].repeat(3, axis=-1)
    heat_map = explainer.heat_map("grad-cam", explainer.activations(image), Target(0), tap)
    over_picture = upscaled(heat_map.values, heat_map.field, SIZE, SIZE, SIZE)
    hottest = np.unravel_index(over_picture.argmax(), over_picture.shape)
    assert np.abs(np.subtract(hottest, spot)).max() <= tap.receptive_field.rows.jump

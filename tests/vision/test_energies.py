"""The energy of every layer against the outputs of Keras' own layers."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from explorer.arch.graph import Graph
from explorer.arch.preprocessing import MEAN_BGR, SIGNED
from explorer.configuration.registry import graph_of
from explorer.errors import BudgetError, WeightsError
from explorer.model.budget import BUDGET_VARIABLE
from explorer.model.keras_model.build import build
from explorer.networks.xception import XceptionConfig
from explorer.vision.explainer import Explainer
from explorer.vision.features.energies import energies
from tests.lively_weights import lively_weights
from tests.model.test_preprocessing import by_keras
from tests.small_networks import branched_graph, mobile_graph, residual_graph

SMALL = XceptionConfig(input_size=71, width=0.25, classes=5, middle_repeats=2)
GRAPHS = {
    "separable": graph_of(SMALL),
    "an activation between": graph_of(replace(SMALL, intermediate_activation="elu")),
    "mobile": mobile_graph(bias=True),
    "residual": residual_graph(),
    "branched": branched_graph(),
}


def by_layers_of_keras(graph: Graph, weights, prepared: np.ndarray) -> dict[str, float]:
    """The root mean square of each layer's output, in float64 from what Keras gives."""
    model = build(graph)
    for name, arrays in weights.arrays.items():
        for variable in model.get_layer(name).weights:
            variable.assign(arrays[variable.name])
    outputs = keras.Model(model.input, {layer.name: layer.output for layer in model.layers})(prepared, training=False)
    return {name: float(np.sqrt(np.mean(np.square(values, dtype=np.float64)))) for name, values in outputs.items()}


@pytest.mark.parametrize("preprocessing", [SIGNED, MEAN_BGR], ids=lambda each: each.name)
@pytest.mark.parametrize("kind", GRAPHS)
def test_every_layer_has_the_root_mean_square_of_its_keras_layers_output(kind, preprocessing):
    graph = GRAPHS[kind]
    pixels = np.random.default_rng(3).integers(0, 256, (1, *graph.input_shape)).astype(np.float32)
    weights = replace(lively_weights(graph), preprocessing=preprocessing)
    expected = by_layers_of_keras(graph, weights, by_keras(pixels, preprocessing))
    found = energies(Explainer(graph, weights), pixels / 127.5 - 1)
    assert [each.layer for each in found] == [node.name for node in graph.nodes]
    for each in found:
        assert each.rms == pytest.approx(expected[each.layer], rel=1e-5), each.layer
    assert len({round(each.rms, 6) for each in found}) > len(found) / 2, "no two layers need be alike"


def test_what_is_not_finite_or_does_not_fit_is_refused(monkeypatch):
    graph = branched_graph()
    weights = lively_weights(graph)
    arrays = {name: dict(of) for name, of in weights.arrays.items()}
    arrays["mixed0_a_conv"]["kernel"] = np.full_like(arrays["mixed0_a_conv"]["kernel"], np.inf)
    image = np.ones((1, *graph.input_shape), np.float32)
    with pytest.raises(WeightsError, match="the output of mixed0_a_conv is not a finite number"):
        energies(Explainer(graph, replace(weights, arrays=arrays)), image)
    explainer = Explainer(graph, weights)
    monkeypatch.setenv(BUDGET_VARIABLE, "1 MiB")
    with pytest.raises(BudgetError, match="Looking into every layer"):
        energies(explainer, image)

"""Every network of the registry, asked of every reading of a graph. One Keras build serves most questions."""

import csv
import gc
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

from explorer.arch.graph import Graph
from explorer.arch.knobs import INPUT_SIZE, Config, knobs
from explorer.arch.network import Network
from explorer.arch.ops import Input
from explorer.arch.written_out import written_out
from explorer.configuration.link import from_query, to_query
from explorer.configuration.options import to_options
from explorer.configuration.registry import NETWORKS, graph_of, network_of
from explorer.counting.formula import macs_formula, params_formula
from explorer.counting.tally import tally
from explorer.figures.diagram.drawing import diagram_svg, flow_svgs
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.engines.tensorflow_engine import TensorFlowEngine
from explorer.model.keras_model import verify
from explorer.model.keras_model.build import build
from explorer.model.keras_model.code import to_code
from explorer.model.recognition.matching import keras_order
from explorer.model.recognition.told import Told
from explorer.model.weights.trained_networks import load_trained
from tests.contract.gradients import linear, positive_model, support
from tests.contract.small import assert_close, images, plain_settings, run_script, small, weights_of
from tests.same_function import randomize
from tests.strategies import extremes

FIELD_PX = 97
"""Input size at which receptive fields are looked at: odd, so that no "valid" window leaves out the last pixel."""

every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


@dataclass(frozen=True)
class Built:
    network: Network
    config: Config
    graph: Graph
    model: keras.Model


@pytest.fixture(scope="module", params=NETWORKS)
def built(request: pytest.FixtureRequest) -> Iterator[Built]:
    network = NETWORKS[request.param]
    config = small(network)
    graph = graph_of(config)
    model = build(graph)
    randomize(model)
    yield Built(network, config, graph, model)
    del model
    gc.collect()


def options(config: Config) -> list[str]:
    return to_options(config, network_of(config).config())


def test_the_tally_is_keras_layer_by_layer_and_the_profilers(built, run, monkeypatch):
    monkeypatch.setattr(verify, "build", lambda graph: built.model if graph == built.graph else None)
    status, out, err = run("build", "--verify", *options(built.config))
    counted = tally(built.graph)
    assert (status, err) == (0, "")
    assert f"{len(counted.layers)} of {len(counted.layers)} layers agree" in out
    assert f"TensorFlow's profiler: {counted.macs:,} MACs" in out


def test_its_layers_stand_in_the_order_in_which_files_hold_them(built):
    assert [node.name for node in keras_order(built.graph)] == [layer.name for layer in built.model.layers]


def test_the_generated_script_is_the_same_network(built, run):
    status, code, _ = run("code", *options(built.config))
    assert (status, code) == (0, to_code(built.graph))
    model = run_script(code)["model"]
    assert plain_settings(model) == plain_settings(built.model)
    model.set_weights(built.model.get_weights())
    pictures = images(built.graph.input_shape)
    assert_close(np.asarray(model(pictures)), np.asarray(built.model(pictures)), 1e-6)
    del model
    gc.collect()


def test_both_engines_compute_what_keras_computes(built):
    pictures, weights = images(built.graph.input_shape), weights_of(built.model)
    expected = np.asarray(built.model(pictures))
    assert np.abs(expected[0] - expected[1]).max() > 0.01 * np.abs(expected).max()  # it depends on the picture
    for engine in (OpenVINOEngine, TensorFlowEngine):
        # Roundings grow through as many layers as ResNet-152 has.
        assert_close(engine(built.graph, weights).run(pictures).logits, expected, 1e-4)
    gc.collect()


@every_network
def test_the_receptive_field_is_the_support_of_the_gradient(network):
    graph = graph_of(replace(network.config(), **{INPUT_SIZE: FIELD_PX}))
    counted = tally(graph)

    def whole_fields_fit(layer) -> bool:
        field = layer.receptive_field
        return len(layer.output_shape) == 3 and all(s.size + 2 * s.jump <= FIELD_PX - 8 for s in field)

    last = [layer for layer in counted.layers if whole_fields_fit(layer)][-1]
    model = positive_model(linear(graph, last.node.name))
    rows, columns = last.receptive_field
    inside = 0
    for unit in range(last.output_shape[0]):
        expected = [
            (span.start + unit * span.jump, span.start + unit * span.jump + span.size - 1) for span in (rows, columns)
        ]
        # Beyond the last pixel a "valid" layer may have left some out; before the first none can be.
        if all(end < FIELD_PX - 4 for _, end in expected) and inside < 2:
            assert support(model, (unit, unit)) == tuple((max(first, 0), end) for first, end in expected)
            inside += all(first > 0 for first, _ in expected)
    assert inside == 2  # the windows of two neighbours that no border clips prove size and jump


@every_network
def test_every_formula_comes_to_the_tallys_number(network):
    for config in (network.config(), small(network)):
        for layer in tally(graph_of(config)).layers:
            for formula, value in ((params_formula(layer), layer.params), (macs_formula(layer), layer.macs)):
                assert (formula is None) == (value == 0)
                if formula is not None:
                    assert eval(formula.arithmetic.replace("×", "*")) == formula.value == value


@every_network
def test_the_diagram_draws_it_closed_and_open(network):
    counted = tally(graph_of(network.config()))
    every_module = frozenset(module.name for module in counted.module_tallies)
    for opened in (frozenset(), every_module):
        svg = diagram_svg(counted, opened=opened)
        assert all(flow.title.replace("&", "&amp;") in svg for flow in counted.graph.flows)
        assert len(flow_svgs(counted, opened=opened)) == len(counted.graph.flows)


@every_network
def test_links_and_options_tell_every_configuration(network, run):
    default = network.config()
    for config in (default, small(network), *extremes(network.config, default)):
        reading = from_query(to_query(config))
        assert (reading.config, reading.ignored) == (config, ())
    for config in (default, small(network), *(preset.config for preset in network.presets)):
        status, out, err = run("tally", "--format", "json", *options(config))
        assert (status, err) == (0, "")
        said = json.loads(out)
        assert said["network"] == network.name
        assert said["config"] == json.loads(json.dumps(asdict(config)))
        assert said["total"]["params"] == tally(graph_of(config)).params


@every_network
def test_its_layers_are_listed(network, run):
    status, out, err = run("layers", "--format", "csv", *options(small(network)))
    assert (status, err) == (0, "")
    listed = {row["node"] for row in csv.DictReader(io.StringIO(out))}
    assert listed <= {node.name for node in written_out(graph_of(small(network))).nodes}
    assert len(listed) > 5


@every_network
def test_counts_hold_at_the_ends_of_every_knob(network):
    """Nothing raises, wherever the knobs stand."""
    for config in extremes(network.config, small(network)):
        counted = tally(graph_of(config))
        assert counted.layers[-1].output_shape == (config.classes,)
        assert counted.params > 0 and counted.macs > 0 and counted.peak.bytes > 0


@every_network
def test_what_is_said_of_it_is_complete(network):
    assert set(knobs(network.config)) >= {INPUT_SIZE, "classes"}
    assert sum(isinstance(node.op, Input) for node in graph_of(network.config()).nodes) == 1
    assert all(knob.full_help.endswith(".") and knob.label for knob in knobs(network.config).values())
    titles = [preset.short_title for preset in network.presets]
    assert len(set(titles)) == len(titles) and not set(titles) & {each.title for each in NETWORKS.values()}
    for preset in network.presets:
        assert network_of(preset.config) is network
        assert preset.story.endswith(".") and preset.source
    assert all(figure.source for figure in network.published)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own, while it saves
def test_a_file_that_keras_saved_is_this_network_with_these_weights(built, tmp_path):
    built.model.save(tmp_path / "whole.keras")
    built.model.save(tmp_path / "whole.h5")
    built.model.save_weights(tmp_path / "alone.weights.h5")
    with h5py.File(tmp_path / "alone.h5", "w") as file:
        save_weights_to_hdf5_group(file, built.model)
    own = {name: getattr(built.config, name) for name in knobs(built.network.config)}
    turns = {
        name: lambda other, name=name: replace(other, **{name: own[name]}) if hasattr(other, name) else other
        for name in own
    }
    expected = weights_of(built.model).arrays
    for name, told in (
        ("whole.keras", Told()),
        ("whole.h5", Told()),
        ("alone.h5", Told(built.network.name, turns)),
        ("alone.weights.h5", Told(built.network.name, turns)),
    ):
        trained = load_trained(tmp_path / name, told)
        # What is dropped in training leaves no trace that counts.
        assert {**vars(trained.config), "dropout": 0} == {**own, "dropout": 0}, name
        assert trained.head is None
        assert trained.weights.arrays.keys() == expected.keys()
        for node, arrays in expected.items():
            for variable, array in arrays.items():
                np.testing.assert_array_equal(trained.weights.arrays[node][variable], array)

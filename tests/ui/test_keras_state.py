from concurrent.futures import ThreadPoolExecutor
from threading import Event

import keras
from keras.src.backend.common import global_state
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from explorer.arch.places.split import tail_sources
from explorer.arch.written_out import written_out
from explorer.configuration.registry import graph_of
from explorer.model.gradients.activations import kept
from explorer.model.gradients.gradient_network import GradientNetwork
from explorer.model.weights.arrays import random_weights
from explorer.networks.xception import XceptionConfig
from explorer.ui.session.keras_state import keep_keras_state

SMALL = XceptionConfig(input_size=71, width=0.25, middle_repeats=1, middle_convs=1, classes=2)


def test_the_end_of_a_run_leaves_keras_state_as_it_is():
    keep_keras_state()
    global_state.set_global_attribute("marker of a test", 1)
    assert not AppTest.from_string("import keras").run().exception
    assert global_state.get_global_attribute("marker of a test") == 1


def test_networks_are_built_while_other_sessions_end_their_runs():
    keep_keras_state()
    graph = graph_of(SMALL)
    weights = random_weights(graph)
    nodes = [node.name for node in written_out(graph).nodes if node.name.endswith("_pointwise")]
    done = Event()

    def end_runs() -> None:
        while not done.is_set():
            script_runner._clean_problem_modules()

    def build(node: str) -> keras.Model:
        network = GradientNetwork(graph, weights)
        return network.part(tail_sources(network.network, node, kept(graph)), [graph.output.name])

    with ThreadPoolExecutor(5) as threads:
        threads.submit(end_runs)
        try:
            parts = list(threads.map(build, nodes[:4] * 2))
        finally:
            done.set()
    assert len(parts) == 8

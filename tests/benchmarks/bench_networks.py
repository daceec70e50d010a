"""One image in every network at its own size: the OpenVINO engine beside the Keras model converted by OpenVINO."""

import gc
import time
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
import openvino

from explorer.configuration.registry import NETWORKS, graph_of
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.keras_model.build import build
from tests.lively_weights import lively_weights

ROUNDS = 15


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    for network in NETWORKS.values():
        graph = graph_of(network.config())
        weights = lively_weights(graph)
        model = build(graph)
        for node, arrays in weights.arrays.items():
            for variable in model.get_layer(node).weights:
                variable.assign(arrays[variable.name])
        converted = openvino.Core().compile_model(
            openvino.convert_model(model, input=(1, *graph.input_shape)),
            "CPU",
            {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"},
        )
        engine = OpenVINOEngine(graph, weights)
        picture = np.random.default_rng(0).uniform(-1, 1, (1, *graph.input_shape)).astype(np.float32)
        # In turns, so that whatever else the machine does meets both.
        pairs = [(_seconds(engine.run, picture), _seconds(converted, picture)) for _ in range(ROUNDS)]
        ours, theirs = (median(column) for column in zip(*pairs[2:], strict=True))
        yield (
            f"{network.title}, our engine against the Keras model converted by OpenVINO",
            f"{ours / theirs:.2f} x (of {1000 * theirs:.1f} ms)",
            "at most 1.2 x",
        )
        del model, converted, engine, weights
        gc.collect()


def _seconds(run: Callable[[np.ndarray], object], picture: np.ndarray) -> float:
    start = time.perf_counter()
    run(picture)
    return time.perf_counter() - start

"""One image, warm, 299 px, float32, the paper's network: the OpenVINO engine beside other ways to run the same model.

Each comparison has a process of its own, in which nothing else has warmed the allocator or keeps threads.
"""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from explorer.arch.ops import SeparableConv2D
from explorer.configuration.registry import PAPER, graph_of
from explorer.model.engines.openvino_engine import OpenVINOEngine, memory_estimate
from explorer.model.weights.arrays import Weights
from explorer.vision.results import softmax
from tests.lively_weights import lively_weights

if TYPE_CHECKING:
    import keras

ROUNDS, PROCESSES = 25, 7
# A picture comes to a machine at rest: threads of the pass before, of whichever library, no longer spin.
PAUSE_S = 0.1
MEBIBYTE = 2**20
GRAPH = graph_of(PAPER)
Run = Callable[[np.ndarray], np.ndarray]


class Comparison(NamedTuple):
    """A way to run the network beside our engine: median seconds, the ratio, the largest difference in probability."""

    preparing_s: float
    ours_s: float
    other_s: float
    other_to_ours: float
    difference: float


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    creation_s, growth = _alone(_creation)
    estimate = memory_estimate(GRAPH)
    yield (
        "creating the OpenVINO engine from the graph, with its first pass",
        f"{creation_s:.2f} s, +{growth / MEBIBYTE:.0f} MiB",
        f"1.5 s, {estimate / MEBIBYTE:.0f} MiB (the estimate)",
    )
    # TensorFlow's calls take either of two times, the longer 1.7 times the shorter, whatever runs beside them; so the
    # median of one process falls on the one or the other, and the lowest of several counts as much as their median.
    predicts = sorted((_alone(_compare, "predict") for _ in range(PROCESSES)), key=lambda way: way.other_to_ours)
    predict = predicts[PROCESSES // 2]
    yield "one image with the OpenVINO engine", f"{1000 * predict.ours_s:.0f} ms", "for comparison"
    yield (
        f"`keras.Model.predict`, against our engine, in {PROCESSES} processes",
        f"{predicts[0].other_to_ours:.2f} to {predicts[-1].other_to_ours:.2f} x, "
        f"median {predict.other_to_ours:.2f} x ({1000 * predict.other_s:.0f} ms)",
        "at least 2.5 x",
    )
    converted = _alone(_compare, "converted")
    yield (
        "our engine, against the Keras model converted by OpenVINO",
        f"{1 / converted.other_to_ours:.2f} x (of {1000 * converted.other_s:.0f} ms)",
        "at most 1.2 x",
    )
    yield (
        "for that, importing Keras, building, converting, compiling",
        f"{converted.preparing_s:.1f} s",
        "for comparison",
    )
    onnx, tensorflow = _alone(_compare, "onnx"), _alone(_compare, "tensorflow")
    yield (
        "ONNX Runtime, against our engine",
        f"{onnx.other_to_ours:.2f} x ({1000 * onnx.other_s:.0f} ms)",
        "for comparison",
    )
    yield (
        "our TensorFlow engine, against our OpenVINO engine",
        f"{tensorflow.other_to_ours:.2f} x ({1000 * tensorflow.other_s:.0f} ms)",
        "for comparison",
    )
    difference = max(way.difference for way in (predict, converted, onnx, tensorflow))
    yield "largest difference of a probability among all of these", f"{difference:.1e}", "1e-4"
    tapped = _alone(_compare, "tapped")
    yield (
        "all 34 separable convolutions returned as well by OpenVINO, against the logits alone",
        f"{tapped.other_to_ours:.2f} x ({1000 * tapped.other_s:.0f} ms)",
        "for comparison: nothing asks for all of them together",
    )


def _alone(measure: Callable[..., Any], *arguments: str) -> Any:
    """What `measure` returns, in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, *arguments).result()


def _creation() -> tuple[float, int]:
    """Seconds to create the engine and run it once, and by how many bytes the process grows."""
    weights, zeros = _confident_weights(), np.zeros((1, *GRAPH.input_shape), np.float32)
    OpenVINOEngine(GRAPH, weights).run(zeros)  # OpenVINO's own start is not counted
    gc.collect()
    before, start = _resident_bytes(), time.perf_counter()
    engine = OpenVINOEngine(GRAPH, weights)
    engine.run(zeros)
    return time.perf_counter() - start, _resident_bytes() - before


def _compare(name: str) -> Comparison:
    weights = _confident_weights()
    image = np.random.default_rng(0).uniform(-1, 1, (1, *GRAPH.input_shape)).astype(np.float32)
    engine = OpenVINOEngine(GRAPH, weights)
    start = time.perf_counter()
    other = WAYS[name](weights)
    preparing_s = time.perf_counter() - start

    def ours(images: np.ndarray) -> np.ndarray:
        return engine.run(images).logits

    difference = float(np.abs(softmax(ours(image)) - softmax(other(image))).max())
    seconds = [(_seconds(ours, image), _seconds(other, image)) for _ in range(ROUNDS + 2)][2:]
    ratio = median(of_other / of_ours for of_ours, of_other in seconds)
    return Comparison(preparing_s, *(median(column) for column in zip(*seconds, strict=True)), ratio, difference)


def _seconds(run: Run, image: np.ndarray) -> float:
    time.sleep(PAUSE_S)
    start = time.perf_counter()
    run(image)
    return time.perf_counter() - start


def _confident_weights() -> Weights:
    """Weights with which one class in a thousand gets a large probability, so that differences would show."""
    weights = lively_weights(GRAPH)
    last = GRAPH.output.name
    louder = {name: 12 * array for name, array in weights.arrays[last].items()}
    return Weights({**weights.arrays, last: louder}, weights.provenance)


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _tapped(weights: Weights) -> Run:
    taps = [node.name for node in GRAPH.nodes if isinstance(node.op, SeparableConv2D)]
    engine = OpenVINOEngine(GRAPH, weights, taps)
    return lambda images: engine.run(images).logits


def _tensorflow(weights: Weights) -> Run:
    from explorer.model.engines.tensorflow_engine import TensorFlowEngine

    engine = TensorFlowEngine(GRAPH, weights)
    return lambda images: engine.run(images).logits


def _predict(weights: Weights) -> Run:
    model = _keras_model(weights)
    return lambda images: model.predict(images, verbose=0)


def _converted(weights: Weights) -> Run:
    """OpenVINO's own way from Keras, with the image's shape fixed and compiled as our engine is."""
    import openvino

    converted = openvino.convert_model(_keras_model(weights))
    converted.reshape([1, *GRAPH.input_shape])
    hints = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    compiled = openvino.compile_model(converted, "CPU", hints)
    return lambda images: compiled(images, share_inputs=True, share_outputs=True)[0]


def _onnx(weights: Weights) -> Run:
    import onnxruntime

    model = _keras_model(weights)
    model(np.zeros((1, *GRAPH.input_shape), np.float32))  # the export asks for it
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.onnx")
        model.export(path, format="onnx", verbose=False)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0].name
    return lambda images: session.run(None, {entry: images})[0]


def _keras_model(weights: Weights) -> "keras.Model":
    from explorer.model.keras_model.build import build

    model = build(GRAPH)
    for name, arrays in weights.arrays.items():
        model.get_layer(name).set_weights(list(arrays.values()))
    return model


WAYS: dict[str, Callable[[Weights], Run]] = {
    "predict": _predict,
    "converted": _converted,
    "onnx": _onnx,
    "tensorflow": _tensorflow,
    "tapped": _tapped,
}

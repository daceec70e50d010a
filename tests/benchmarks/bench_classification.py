"""One image, warm, 299 px, float32, the paper's network: our engines beside the other ways to run the same model."""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import keras
import numpy as np

from explorer.arch.networks import PAPER, graph_of
from explorer.arch.ops import SeparableConv2D
from explorer.model.build import build
from explorer.model.openvino_engine import OpenVINOEngine
from explorer.model.tensorflow_engine import TensorFlowEngine
from explorer.model.weights import Weights
from explorer.vision.results import softmax
from tests.lively_weights import lively_weights

ROUNDS = 15
GRAPH = graph_of(PAPER)
SEPARABLE = tuple(node.name for node in GRAPH.nodes if isinstance(node.op, SeparableConv2D))
Run = Callable[[np.ndarray], np.ndarray]


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    weights = lively_weights(GRAPH)
    image = np.random.default_rng(0).uniform(-1, 1, (1, *GRAPH.input_shape)).astype(np.float32)

    ours, creation, growth = _created(weights)
    yield (
        "creating the OpenVINO engine from the graph, its first pass included",
        f"{creation:.2f} s, +{growth:.0f} MiB",
        "2 s, 339 MiB (the estimate)",
    )
    model = build(GRAPH)
    for name, arrays in weights.arrays.items():
        model.get_layer(name).set_weights(list(arrays.values()))
    start = time.perf_counter()
    converted = _converted_by_openvino(model)
    yield "for comparison: openvino.convert_model and compiling", f"{time.perf_counter() - start:.2f} s", ""

    tapped = OpenVINOEngine(GRAPH, weights, SEPARABLE)
    ways: dict[str, Run] = {
        "ours": lambda images: ours.run(images).logits,
        "tapped": lambda images: tapped.run(images).logits,
        "predict": lambda images: model.predict(images, verbose=0),
        "converted": converted,
        "onnx": _onnx_runtime(model),
        "tensorflow": _logits(TensorFlowEngine(GRAPH, weights)),
    }
    seconds, difference = _interleaved(ways, image)

    def against(way: str, other: str) -> float:
        return median(a / b for a, b in zip(seconds[way], seconds[other], strict=True))

    yield "one image with the OpenVINO engine", f"{1000 * median(seconds['ours']):.0f} ms", ""
    yield (
        "`keras.Model.predict` of the same model, against it",
        f"{against('predict', 'ours'):.2f} x ({1000 * median(seconds['predict']):.0f} ms)",
        "at least 2.5 x",
    )
    yield (
        "our engine against the same model converted by OpenVINO",
        f"{against('ours', 'converted'):.2f} x ({1000 * median(seconds['converted']):.0f} ms)",
        "at most 1.2 x",
    )
    yield (
        "our engine against ONNX Runtime",
        f"{against('ours', 'onnx'):.2f} x ({1000 * median(seconds['onnx']):.0f} ms)",
        "for comparison",
    )
    yield (
        "the TensorFlow engine against ours",
        f"{against('tensorflow', 'ours'):.2f} x ({1000 * median(seconds['tensorflow']):.0f} ms)",
        "for comparison",
    )
    yield "largest difference of a probability among all of these", f"{difference:.1e}", "1e-4"
    yield (
        "all 34 separable convolutions returned as well, against the logits alone",
        f"{against('tapped', 'ours'):.2f} x ({1000 * median(seconds['tapped']):.0f} ms)",
        "at most 1.3 x",
    )


def _created(weights: Weights) -> tuple[OpenVINOEngine, float, float]:
    """The engine, the seconds that it took to create and run it once, and by how many MiB the process grew."""
    zeros = np.zeros((1, *GRAPH.input_shape), np.float32)
    OpenVINOEngine(GRAPH, weights).run(zeros)  # OpenVINO's own start is not counted
    gc.collect()
    before, start = _resident_mebibytes(), time.perf_counter()
    engine = OpenVINOEngine(GRAPH, weights)
    engine.run(zeros)
    return engine, time.perf_counter() - start, _resident_mebibytes() - before


def _resident_mebibytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _logits(engine: TensorFlowEngine) -> Run:
    return lambda images: engine.run(images).logits


def _converted_by_openvino(model: keras.Model) -> Run:
    """OpenVINO's own way from Keras, with the image's shape fixed and compiled as our engine is."""
    import openvino

    converted = openvino.convert_model(model)
    converted.reshape([1, *GRAPH.input_shape])
    hints = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    compiled = openvino.compile_model(converted, "CPU", hints)
    return lambda images: compiled(images, share_inputs=True, share_outputs=True)[0]


def _onnx_runtime(model: keras.Model) -> Run:
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.onnx")
        model.export(path, format="onnx", verbose=False)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0].name
    return lambda images: session.run(None, {entry: images})[0]


def _interleaved(ways: dict[str, Run], image: np.ndarray) -> tuple[dict[str, list[float]], float]:
    """Seconds of each way in each round, all in turn, and the largest difference between their probabilities."""
    probabilities = np.stack([softmax(run(image)[0]) for run in ways.values()])
    for run in ways.values():
        run(image)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            start = time.perf_counter()
            run(image)
            seconds[name].append(time.perf_counter() - start)
    return seconds, float(np.ptp(probabilities, axis=0).max())

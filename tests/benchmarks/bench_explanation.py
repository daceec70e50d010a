"""Heat maps and feature maps beside a prediction and beside tf-keras-vis out of the box: 299 px, float32, warm."""

import gc
import os
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from explorer.arch.graph import Graph
from explorer.arch.places.separable_pairs import separable_pairs
from explorer.arch.places.taps import find_tap, first_tap, last_tap
from explorer.compute import answers
from explorer.compute.answer import Answer
from explorer.compute.choice import usual_workers
from explorer.compute.question import Question
from explorer.compute.workers.pool import WorkerPool
from explorer.configuration.registry import PAPER, graph_of
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.gradients.part_models import PartModels
from explorer.networks.xception import KITCHENWARE
from explorer.vision.explainer import Explainer
from explorer.vision.look import Look
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.target import Target
from explorer.vision.pictures.picture import picture
from tests.lively_weights import lively_weights

ROUNDS, PAUSE_S, MEBIBYTE = 15, 0.05, 2**20
GRAPH = graph_of(PAPER)
SESSIONS = 10


class Compared(NamedTuple):
    """Median seconds of two ways, and the median of the ratios of their rounds (second to first)."""

    first_s: float
    second_s: float
    ratio: float


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    for measure in (
        _left,
        _nothing_to_compile,
        _new_class,
        _new_picture,
        _film,
        _new_place,
        _many_people,
        _others_wait,
        _sessions,
    ):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            yield from pool.submit(measure).result()


def _explainer(graph: Graph = GRAPH) -> Explainer:
    warnings.simplefilter("ignore")  # tf-keras-vis and Keras warn of every call
    return Explainer(graph, lively_weights(graph))


def _image(seed: int = 0, graph: Graph = GRAPH) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (1, *graph.input_shape)).astype(np.float32)


def _compared(first: Callable[[], Any], second: Callable[[], Any], rounds: int = ROUNDS) -> Compared:
    pairs = [(_seconds(first), _seconds(second)) for _ in range(rounds + 2)][2:]
    return Compared(*(median(column) for column in zip(*pairs, strict=True)), median(b / a for a, b in pairs))


def _seconds(run: Callable[[], Any]) -> float:
    time.sleep(PAUSE_S)
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def _tensorflow_prediction(explainer: Explainer) -> Callable[[], Any]:
    from explorer.model.engines.tensorflow_engine import TensorFlowEngine

    engine, image = TensorFlowEngine(explainer.graph, explainer.weights), _image()
    return lambda: engine.run(image)


def _left() -> list[tuple[str, str, str]]:
    explainer, image = _explainer(), _image()
    alone = OpenVINOEngine(explainer.graph, explainer.weights)
    found = _compared(lambda: alone.run(image), lambda: explainer.activations(image))
    size = sum(array.nbytes for array in explainer.activations(image).maps.values())
    return [
        (
            f"a pass that leaves what every later question starts from ({size / 1e6:.0f} MB), against a prediction by "
            "the same engine",
            f"{found.ratio:.2f} x ({_milliseconds(found.second_s)} / {_milliseconds(found.first_s)})",
            "at most 1.3 x",
        )
    ]


def _nothing_to_compile() -> list[tuple[str, str, str]]:
    """CPU seconds of the process at 150 px: of a place and of a length that nobody asked for before."""
    config, known = KITCHENWARE.config, PartModels()

    def explainer_of(repeats: int) -> Explainer:
        graph = graph_of(replace(config, middle_repeats=repeats))
        return Explainer(graph, lively_weights(graph), known)

    explainer = explainer_of(config.middle_repeats)
    image = _image(0, explainer.graph)
    for tap in (last_tap(explainer.graph), first_tap(explainer.graph)):  # as a worker makes itself ready
        explainer.heat_map("grad-cam", explainer.activations(image), Target(0), tap)
    predictions = [_cpu_seconds(lambda: explainer.engine.run(image)) for _ in range(ROUNDS)]
    activations = explainer.activations(image)
    every = [find_tap(explainer.graph, pair.name) for pair in reversed(separable_pairs(explainer.graph))]
    layers = [
        _cpu_seconds(lambda tap=tap: explainer.heat_map("grad-cam", activations, Target(0), tap)) for tap in every
    ]
    pictures = []
    for seed in range(1, 6):
        other = _image(seed, explainer.graph)
        pictures.append(
            _cpu_seconds(lambda other=other: explainer.heat_map("grad-cam", explainer.activations(other), Target(0)))
        )
    lengths = []
    for repeats in (2, 4, 5, 7, 12):
        longer = explainer_of(repeats)
        tap = find_tap(longer.graph, "block5_sepconv3")
        lengths.append(
            _cpu_seconds(lambda e=longer, tap=tap: e.heat_map("grad-cam", e.activations(image), Target(0), tap))
        )
    rows = [
        ("Grad-CAM at a layer that nobody asked a ready worker for (median and worst of 34)", layers, "0.2 s"),
        ("prediction and Grad-CAM at block5_sepconv3 in another length of the middle flow", lengths, "0.8 s"),
        ("prediction and Grad-CAM at the last layer of another picture", pictures, "0.15 s"),
    ]
    beside = f"a prediction takes {median(predictions):.3f} s"
    return [
        (f"CPU seconds at 150 px: {what}", f"{median(found):.2f} s, {max(found):.2f} s ({beside})", bound)
        for what, found, bound in rows
    ]


def _cpu_seconds(run: Callable[[], Any]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _out_of_the_box(explainer: Explainer) -> Callable[[], Any]:
    """tf-keras-vis as its documentation has it, on the whole model, told the layer."""
    from tf_keras_vis.gradcam import Gradcam

    from explorer.model.keras_model.build import build

    model = build(explainer.graph)
    for name, arrays in explainer.weights.arrays.items():
        model.get_layer(name).set_weights(list(arrays.values()))
    cam, image = Gradcam(model), _image()
    layer = last_tap(explainer.graph).name
    return lambda: cam(
        lambda output: output[:, 3], image, penultimate_layer=layer, seek_penultimate_conv_layer=False
    )  # fmt: skip


def _new_class() -> list[tuple[str, str, str]]:
    explainer = _explainer()
    activations = explainer.activations(_image())
    classes = iter(range(1000))
    ours = _compared(
        lambda: explainer.heat_map("grad-cam", activations, Target(next(classes))), _out_of_the_box(explainer)
    )
    return [
        (
            "tf-keras-vis out of the box, against our Grad-CAM of a new class (block14_sepconv2_act, same picture)",
            f"{ours.ratio:.0f} x ({_milliseconds(ours.second_s)} / {1000 * ours.first_s:.1f} ms)",
            "at least 50 x",
        )
    ]


def _new_picture() -> list[tuple[str, str, str]]:
    explainer = _explainer()
    images = [_image(seed) for seed in range(4)]
    turn = iter(range(10**6))

    def explained() -> None:
        activations = explainer.activations(images[next(turn) % 4])
        explainer.heat_map("grad-cam", activations, Target(int(activations.logits.argmax())))

    found = _compared(lambda: explainer.engine.run(images[0]), explained)
    return [
        (
            "prediction and Grad-CAM at block14_sepconv2_act of a new picture, against the prediction alone",
            f"{found.ratio:.2f} x ({_milliseconds(found.second_s)} / {_milliseconds(found.first_s)})",
            "at most 1.2 x",
        )
    ]


def _film() -> list[tuple[str, str, str]]:
    explainer, image = _explainer(), _image()
    film = explainer.network.film([pair.pointwise.name for pair in separable_pairs(GRAPH)])
    direction = Target(3).direction(1000)

    def run() -> Any:
        return film.run(image, direction)

    same = _compared(_tensorflow_prediction(explainer), run)
    fast = _compared(lambda: explainer.engine.run(image), run)
    box = _compared(run, _out_of_the_box(explainer))
    what = "the film, Grad-CAM at all 34 separable convolutions of a new picture"
    return [
        (
            f"{what}, against a prediction by the same engine",
            f"{same.ratio:.2f} x ({_milliseconds(same.second_s)} / {_milliseconds(same.first_s)})",
            "at most 2.5 x",
        ),
        (f"{what}, against a prediction by OpenVINO", f"{fast.ratio:.2f} x", "for comparison"),
        (f"one map of one layer by tf-keras-vis out of the box, against {what}", f"{box.ratio:.1f} x", "more than 1 x"),
    ]


def _new_place() -> list[tuple[str, str, str]]:
    explainer = _explainer()
    activations = explainer.activations(_image())
    image, found = _image(), []
    for name in ("block8_sepconv3", "block2_sepconv1"):
        tap = find_tap(GRAPH, name)
        explainer.heat_map("grad-cam", activations, Target(0), tap)
        compared = _compared(
            lambda: explainer.engine.run(image),
            lambda tap=tap: explainer.heat_map("grad-cam", activations, Target(5), tap),
        )
        found.append(
            (
                f"Grad-CAM at {name}, a new class, against a prediction by the same engine",
                f"{compared.ratio:.2f} x ({_milliseconds(compared.second_s)})",
                "for comparison",
            )
        )
    return found


def _many_people() -> list[tuple[str, str, str]]:
    """As the app has it: workers are asked. Each of eight people has a picture, and asks for two classes."""
    looks = [Look(picture(f"{seed}.png", _png(seed)), PAPER, None) for seed in range(8)]
    tap, classes = find_tap(GRAPH, "block8_sepconv3"), iter(range(10**6))
    pool = WorkerPool(usual_workers(), is_warmed=False)

    def ask(person: int) -> Answer[HeatMap]:
        look, target = looks[person % 8], Target(next(classes) % 1000)
        arguments = (look, "grad-cam", tap, target)
        return pool.ask(Question(answers.heat_map, arguments, (look.config, None), look.key), str(person % 8))

    def one_after_the_other() -> None:
        for person in range(16):
            ask(person).result()

    def together() -> None:
        for answer in [ask(person) for person in range(16)]:
            answer.result()

    try:
        for _ in range(3):  # until each worker has loaded the network and seen the pictures
            together()
        found = _compared(together, one_after_the_other, rounds=15)
    finally:
        pool.close()
    what = "heat maps that 8 people ask the workers for at once, throughput against one after the other"
    return [(what, f"{found.ratio:.2f} x", "1 x")]


def _png(seed: int) -> bytes:
    file = BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (299, 299, 3), np.uint8)).save(file, "PNG")
    return file.getvalue()


def _others_wait() -> list[tuple[str, str, str]]:
    """A prediction of one person while another runs Score-CAM without end."""
    explainer, image = _explainer(), _image()
    activations = explainer.activations(image)
    explainer.heat_map("grad-cam", activations, Target(0))
    alone = median(_seconds(lambda: explainer.engine.run(image)) for _ in range(ROUNDS))
    enough = Event()

    def progress(done: int, total: int) -> None:
        if enough.is_set():
            raise InterruptedError

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(explainer.heat_map, "score-cam", activations, Target(0), None, progress)
        beside = sorted(_seconds(lambda: explainer.engine.run(image)) for _ in range(ROUNDS))
        assert not slow.done()
        enough.set()
        start = time.perf_counter()
        assert isinstance(slow.exception(), InterruptedError)
        stopped_s = time.perf_counter() - start
    return [
        (
            "a prediction while another person's Score-CAM runs, median and worst",
            f"{_milliseconds(median(beside))}, {_milliseconds(beside[-1])} (alone {_milliseconds(alone)})",
            "for comparison",
        ),
        ("from cancelling a Score-CAM to its end", _milliseconds(stopped_s), "for comparison"),
    ]


def _sessions() -> list[tuple[str, str, str]]:
    """Through what a process keeps: ten people, each with a picture, each through all layers."""
    from io import BytesIO

    from PIL import Image

    from explorer.compute import answers
    from explorer.compute.loaded_networks import LoadedNetworks
    from explorer.vision.look import Look
    from explorer.vision.pictures.picture import picture

    loaded, graph = LoadedNetworks(), graph_of(KITCHENWARE.config)
    every = [find_tap(graph, pair.name) for pair in separable_pairs(graph)]

    def session(number: int) -> None:
        file = BytesIO()
        Image.fromarray(np.random.default_rng(number).integers(0, 256, (150, 150, 3), np.uint8)).save(file, "PNG")
        look = Look(picture(str(number), file.getvalue()), KITCHENWARE.config, KITCHENWARE)
        for tap in every:
            answers.heat_map(loaded, look, "grad-cam", tap, Target(number % 6))

    session(0)
    grown = []
    before = _resident_bytes()
    for number in range(1, SESSIONS + 1):
        session(number)
        gc.collect()
        grown.append((_resident_bytes() - before) / MEBIBYTE)
    shown = ", ".join(f"{grown[at - 1]:+.0f}" for at in (1, 5, SESSIONS))
    return [
        (
            "resident memory after 1, 5, 10 more sessions that each go through all 34 layers (150 px)",
            f"{shown} MiB",
            "bounded",
        )
    ]


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

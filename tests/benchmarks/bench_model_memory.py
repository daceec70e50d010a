"""Memory of Keras models: many configurations built in a row, and the estimate that guards the budget."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from explorer.arch.knobs import Config
from explorer.configuration.registry import NETWORKS, graph_of
from explorer.counting.tally import tally
from explorer.model.budget import BUDGET_VARIABLE, build_estimate
from explorer.model.gradients.activations import Activations
from explorer.model.gradients.openvino_gradients import memory_estimate
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

MEBIBYTE = 2**20
# Widths from 0.5 to 1.5, narrow and wide in turn, so that growth is not the models' own.
IN_A_ROW = [XceptionConfig(width=0.5 + step * 7 % 20 / 20) for step in range(20)]
WAYS = {
    "verified": "each built and verified",
    "dropped": "each dropped without garbage collection",
}
SMALL = XceptionConfig(input_size=71, width=0.25, middle_repeats=0)
# What makes memory grow, one at a time: many parameters, few, one large array, many layers, many outputs.
ESTIMATED: dict[str, Config] = {
    "the paper's": XceptionConfig(),
    "width 2": XceptionConfig(width=2.0),
    "width 0.25, no middle flow": XceptionConfig(width=0.25, middle_repeats=0),
    "depth multiplier 4": XceptionConfig(depth_multiplier=4),
    "one segment": XceptionConfig(segments=1),
    "paper-jft": XceptionConfig(classes=17_000, fully_connected=(4096, 4096)),
    "width 2, depth multiplier 2, 20,000 classes": XceptionConfig(width=2.0, depth_multiplier=2, classes=20_000),
    "32 modules of 6, steps written out": XceptionConfig(
        width=0.25, middle_repeats=32, middle_convs=6, segments=4, intermediate_activation="elu"
    ),
    "Inception V3": InceptionV3Config(),
}

GONE_BACK: dict[str, Config] = {
    "the paper's": XceptionConfig(),
    "width 2": XceptionConfig(width=2.0),
    "900 px": XceptionConfig(input_size=900),
    "one segment": XceptionConfig(segments=1),
    "VGG-16": NETWORKS["vgg16"].config(),
    "Inception V3": InceptionV3Config(),
}


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound. Every measurement is made in a process of its own."""
    for way, how in WAYS.items():
        growth = [after / MEBIBYTE for after in _measured("in_a_row", way)]
        count = len(IN_A_ROW)
        yield (
            f"resident memory after 1, 10, {count} different configurations and the same {count} again, {how}",
            ", ".join(f"+{growth[after - 1]:.0f}" for after in (1, 10, count, 2 * count)) + " MiB",
            f"+{_bound() / MEBIBYTE:.0f} MiB" if way == "verified" else "for comparison",
        )
    for name, config in ESTIMATED.items():
        (growth,) = _measured("one", name)
        estimate = build_estimate(tally(graph_of(config)))
        yield (
            f"memory to build: {name}",
            f"{growth / MEBIBYTE:.0f} MiB, {growth / estimate:.2f} of the estimate",
            f"{estimate / MEBIBYTE:.0f} MiB, the estimate",
        )
    for name, config in GONE_BACK.items():
        (growth,) = _measured("back", name)
        estimate = memory_estimate(graph_of(config))
        yield (
            f"memory at the most on the first way back through all of a network: {name}",
            f"{growth / MEBIBYTE:.0f} MiB, {growth / estimate:.2f} of the estimate",
            f"{estimate / MEBIBYTE:.0f} MiB, the estimate",
        )


def _bound() -> int:
    """The largest model, and three quarters of that for gaps that the allocator cannot fill."""
    return max(build_estimate(tally(graph_of(config))) for config in IN_A_ROW) * 7 // 4


def _measured(what: str, argument: str) -> list[int]:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", BUDGET_VARIABLE: "64 GiB"}
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__, what, json.dumps(argument)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _in_a_row(way: str) -> list[int]:
    """Growth of the resident memory after each configuration, bytes."""
    from explorer.model.keras_model.build import build
    from explorer.model.keras_model.verify import verify

    build(graph_of(SMALL))  # what TensorFlow allocates once
    before, after = _resident(), []
    for config in (*IN_A_ROW, *IN_A_ROW):
        graph = graph_of(config)
        match way:
            case "verified":
                verify(graph)
            case "dropped":
                build(graph)
        after.append(_resident() - before)
    return after


def _one(name: str) -> list[int]:
    """Growth of the resident memory by building one configuration, bytes."""
    from explorer.model.keras_model.build import build

    build(graph_of(SMALL))
    before = _resident()
    model = build(graph_of(ESTIMATED[name]))
    growth = _resident() - before
    del model
    return [growth]


def _back(name: str) -> list[int]:
    """Growth of the resident memory at the most, by a heat map at the first place, bytes."""
    import numpy as np

    from explorer.arch.places.taps import first_tap
    from explorer.model.weights.arrays import random_weights
    from explorer.vision.explainer import Explainer
    from explorer.vision.methods.target import Target

    def explain(explainer: Explainer, left: Activations) -> None:
        explainer.heat_map("grad-cam", left, Target(0), first_tap(explainer.graph))

    def passed(config: Config) -> tuple[Explainer, Activations]:
        graph = graph_of(config)
        explainer = Explainer(graph, random_weights(graph))
        return explainer, explainer.activations(np.zeros((1, *graph.input_shape), np.float32))

    explain(*passed(SMALL))
    asked = passed(GONE_BACK[name])
    before = _resident()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    explain(*asked)
    return [int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) * 1024 - before]


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps({"in_a_row": _in_a_row, "one": _one, "back": _back}[sys.argv[1]](json.loads(sys.argv[2]))))
    else:
        for row in rows():
            print(*row, sep=" | ", flush=True)

"""How long each layer takes, from OpenVINO's record of its steps."""

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.written_out import written_out
from explorer.counting.measured.kinds import kind_of
from explorer.counting.measured.timing import LayerTime
from explorer.counting.measured.traffic import bytes_moved
from explorer.counting.tally import LayerTally, tally
from explorer.model.engines.openvino_runtime import compiled
from explorer.model.timing.needs import WARM_UP
from explorer.model.timing.record import Record, Tell, faster_half
from explorer.model.timing.steps import EngineStep, named_model, steps_of
from explorer.model.weights.arrays import Arrays


@dataclass(frozen=True, slots=True)
class LayerTimes:
    """The layers of a pass.

    Attributes:
        pass_s: Mean of the passes that count, s.
        layers: What each took of it, in the order of the description.
        between_s: The rest.
    """

    pass_s: float
    layers: tuple[LayerTime, ...]
    between_s: float


NO_RECORD = LayerTimes(0.0, (), 0.0)
"""Of an engine that does not tell what each layer took."""


def layer_times(graph: Graph, arrays: Arrays, images: np.ndarray, runs: int, tell: Tell) -> LayerTimes:
    """The mean over the faster half of `runs` passes of `images`, after a warm-up.

    Args:
        graph: Without `SeparableConv2D`, with its weights in `arrays`.
        arrays: By layer and variable.
        images: (batch, height, width, channels), float32.
        runs: How many passes.
        tell: Called after each.
    """
    model = compiled(named_model(graph, arrays, len(images)), is_profiled=True)
    request = model.create_infer_request()

    def run() -> float:
        start = perf_counter()
        request.infer({0: images}, share_inputs=True, share_outputs=True)
        return perf_counter() - start

    for _ in range(WARM_UP):
        run()
        tell()
    record = Record(request, WARM_UP)
    seconds = []
    for _ in range(runs):
        seconds.append(run())
        record.saw()
        tell()
    counted = tally(written_out(graph))
    steps = steps_of(model, record.types, counted)
    kept = faster_half(seconds)
    pass_s, of_steps = float(np.mean([seconds[number] for number in kept])), record.seconds(kept)
    layers: dict[str, LayerTime] = {}
    for name, step in steps.items():
        found = _layer(counted.by_name[step.layer], step, of_steps[name], len(images))
        known = layers.get(step.layer)
        layers[step.layer] = found if known is None else _together(known, found)
    order = {node.name: place for place, node in enumerate(graph.nodes)}
    return _rounded_off(pass_s, tuple(sorted(layers.values(), key=lambda layer: order[layer.name])))


def _layer(counted: LayerTally, step: EngineStep, seconds: float, batch: int) -> LayerTime:
    node = counted.node
    return LayerTime(
        name=node.name,
        layer=node.part.of if node.part else node.name,
        kind=kind_of(counted),
        seconds=seconds,
        macs=batch * counted.macs,
        bytes=bytes_moved(counted, batch),
        fused=step.fused,
        routine=step.routine,
    )


def _together(one: LayerTime, other: LayerTime) -> LayerTime:
    """A layer that the engine does in several steps."""
    fused = tuple(dict.fromkeys((*one.fused, *other.fused)))
    routine = ", ".join(dict.fromkeys((one.routine, other.routine)))
    return replace(one, seconds=one.seconds + other.seconds, fused=fused, routine=routine)


def _rounded_off(pass_s: float, layers: tuple[LayerTime, ...]) -> LayerTimes:
    """The layers with the rest of the pass; where whole us add up to more than the pass, each is cut by that share."""
    whole = sum(layer.seconds for layer in layers)
    if whole > pass_s:
        layers = tuple(replace(layer, seconds=layer.seconds * pass_s / whole) for layer in layers)
    return LayerTimes(pass_s, layers, max(pass_s - whole, 0.0))

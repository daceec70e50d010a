"""Trained weights in another configuration of their network than the one they were trained in.

What carries over is told by place, not by name: the same layer of the same module of the same flow. So the blocks
of the exit flow, whose numbers move with the length of the middle flow, keep their weights.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from explorer.arch.graph import Graph, Module
from explorer.arch.head import Head
from explorer.arch.knobs import INPUT_SIZE, Config, knobs
from explorer.arch.network import Repeats
from explorer.arch.ops import Add, BatchNorm, Dropout, Op, SeparableConv2D, Shape
from explorer.configuration.registry import graph_of, network_of
from explorer.model.weights.arrays import Weights, random_weights, variables_of
from explorer.model.weights.heads import graph_with_head, kept_head
from explorer.model.weights.written_out_arrays import written_out_variable


def transplant(wanted: Config, trained: Config, weights: Weights, head: Head | None = None) -> Weights:
    """Weights for the network `wanted`, out of `weights` of the network `trained`.

    - Same shapes: the weights as they are; altered if the two networks compute something else, but for the
      input size and dropout.
    - Fewer modules in the flow that the network repeats: the first ones. More: each added one begins as an exact
      identity, because its last batch normalization returns 0. Both altered.
    - Anything else: random.

    The provenance says in words what was done, or what stood in the way. `head` is the head of `trained` if no knob
    describes it; it stays as long as all knobs of the head do.
    """
    if wanted == trained:
        return weights
    graph = graph_with_head(wanted, kept_head(wanted, trained, head))
    trained_graph = graph_with_head(trained, head)
    source = weights.provenance.source
    arrays = _carried_over(wanted, trained, weights, head) if type(wanted) is type(trained) else None
    if arrays is None:
        return random_weights(graph, why=_obstacles(wanted, trained, source))
    changed = _changed(wanted, trained)
    repeats = network_of(wanted).repeats
    departures = [
        _new_length(repeats, wanted, trained)
        if repeats is not None and name == repeats.knob
        else _departure(name, wanted, trained, source)
        for name in changed
    ]
    provenance = weights.provenance
    if trained_graph.input_shape != graph.input_shape:
        sizes = (f"{shape[0]} px" for shape in (trained_graph.input_shape, graph.input_shape))
        departures.insert(0, "Trained at {}, run at {}.".format(*sizes))
    altered = changed and provenance.state == "pretrained"
    state = "altered" if altered else provenance.state
    changed_provenance = replace(provenance, state=state, changes=(*provenance.changes, *departures))
    return replace(weights, arrays=arrays, provenance=changed_provenance)


def obstacles(wanted: Config, trained: Config, weights: Weights, head: Head | None = None) -> tuple[str, ...]:
    """What keeps `weights` of the network `trained` out of the network `wanted`, in sentences; none if they fit.

    Tells without drawing random weights, which `transplant` would, and which may be far larger than these.
    """
    if type(wanted) is type(trained) and _carried_over(wanted, trained, weights, head) is not None:
        return ()
    return _obstacles(wanted, trained, weights.provenance.source)


def _obstacles(wanted: Config, trained: Config, source: str) -> tuple[str, ...]:
    if type(wanted) is not type(trained):
        return (f"The weights of {source} are those of {network_of(trained).title}, another network.",)
    found = tuple(_departure(name, wanted, trained, source) for name in _changed(wanted, trained))
    if found or wanted.input_size == trained.input_size:
        return found
    departure = _departure(INPUT_SIZE, wanted, trained, source).removesuffix(".")
    return (f"{departure}, and its dense layers read every cell of the last maps, whose number is another now.",)


def _changed(wanted: Config, trained: Config) -> list[str]:
    """The knobs that stand differently and make a difference to the weights or to what is computed with them."""
    trained_nodes = _working_nodes(trained)
    return [
        name
        for name in knobs(type(wanted))
        if name != INPUT_SIZE
        and getattr(wanted, name) != getattr(trained, name)
        # A knob can be turned without effect: more segments than channels are the depthwise case.
        and _working_nodes(replace(trained, **{name: getattr(wanted, name)})) != trained_nodes
    ]


def _working_nodes(config: Config) -> list[tuple[str, Op]]:
    """Name and operation of the nodes that do something at inference."""
    return [(node.name, node.op) for node in graph_of(config).nodes if not isinstance(node.op, Dropout)]


def _departure(name: str, wanted: Config, trained: Config, source: str) -> str:
    """How a knob stands differently, in a sentence."""
    knob = knobs(type(wanted))[name]
    now, then = (knob.text(getattr(config, name)) for config in (wanted, trained))
    return f"{knob.label}: {now}, where {source} was trained with {then}."


def _new_length(repeats: Repeats, wanted: Config, trained: Config) -> str:
    """What was done to the repeated flow, in a sentence."""
    flow = next(flow.title for flow in graph_of(trained).flows if flow.name == repeats.flow)
    now, then = (getattr(config, repeats.knob) for config in (wanted, trained))
    if now == 0:
        return f"{flow}: none of the {then} trained modules."
    if now < then:
        return f"{flow}: the first {now} of {then} trained modules, the others left out."
    return f"{flow}: {now - then} added to the {then} trained modules, each beginning as an identity."


class _Place(NamedTuple):
    """Where a variable is, independent of the names that depend on the configuration."""

    flow: str
    module: int
    layer: str
    variable: str


class _Located(NamedTuple):
    """The variable at a place."""

    node: str
    variable: str
    shape: Shape


def _carried_over(
    wanted: Config, trained: Config, weights: Weights, head: Head | None
) -> dict[str, dict[str, np.ndarray]] | None:
    """The arrays of `wanted`; None if its places or shapes are others, but for the length of the repeated flow."""
    graph = graph_with_head(wanted, kept_head(wanted, trained, head))
    trained_graph = graph_with_head(trained, head)
    places, trained_places = _places(graph), _places(trained_graph)
    repeats = network_of(wanted).repeats
    flow = repeats.flow if repeats else None
    repeated, trained_repeated = _modules(graph, flow), _modules(trained_graph, flow)
    length, trained_length = len(repeated), len(trained_repeated)
    if length != trained_length and not all(isinstance(m.nodes[-1].op, Add) for m in (*repeated, *trained_repeated)):
        return None
    left_out = {place for place in trained_places if place.flow == flow and place.module >= length}
    arrays: dict[str, dict[str, np.ndarray]] = {}
    used = set()
    for place, (node, variable, shape) in places.items():
        is_added = place.flow == flow and place.module >= trained_length
        donor_place = place._replace(module=trained_length - 1) if is_added else place
        donor = trained_places.get(donor_place)
        if donor is None or donor.shape != shape:
            return None
        used.add(donor_place)
        arrays.setdefault(node, {})[variable] = weights.arrays[donor.node][donor.variable]
    if used | left_out != trained_places.keys():
        return None
    for module in repeated[trained_length:]:
        last = [node.name for node in module.nodes if isinstance(node.op, BatchNorm)][-1]
        arrays[last] |= {name: np.zeros_like(arrays[last][name]) for name in ("gamma", "beta")}
    return arrays


def _modules(graph: Graph, flow: str | None) -> list[Module]:
    return [module for module in graph.modules() if module.flow == flow]


def _places(graph: Graph) -> dict[_Place, _Located]:
    """Every variable of `graph` by its place."""
    return dict(_located(graph))


def _located(graph: Graph) -> Iterator[tuple[_Place, _Located]]:
    variables = variables_of(graph)
    for flow in graph.flows:
        for position, module in enumerate(_modules(graph, flow.name)):
            for node in module.nodes:
                layer = node.name.removeprefix(module.name)
                for variable in variables.get(node.name, ()):
                    place = _Place(flow.name, position, layer, variable.name)
                    if isinstance(node.op, SeparableConv2D):
                        # The two halves have the places that they have where they are layers of their own.
                        half, name = written_out_variable(layer, variable.name)
                        place = place._replace(layer=half, variable=name)
                    yield place, _Located(node.name, variable.name, variable.shape)

"""The network that a weights file holds: which of those that are described here, with its head and preprocessing.

Where the file has a configuration, the network is held against it node by node. Where it has weights alone, shapes and
names decide; what they cannot tell is taken from the person, or assumed, and said.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from math import isqrt

import numpy as np

from explorer.arch.graph import HEAD, Graph, output_shapes
from explorer.arch.head import Head, Output, base_output, head_of, with_head
from explorer.arch.knobs import INPUT_SIZE, Config
from explorer.arch.network import Clues, LayerClue, Network
from explorer.arch.ops import Activation, Conv2D, Dense, Dropout, Flatten, GlobalAveragePool, GlobalMaxPool, Op
from explorer.arch.preprocessing import Preprocessing
from explorer.configuration.registry import NETWORKS, graph_of, network_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.keras_files.comparison import Agreement, Difference, another_network, compare, wiring_of
from explorer.model.keras_files.saved_graph import saved_graph
from explorer.model.keras_files.saved_operations import Affine, normalized
from explorer.model.keras_files.saved_preprocessing import saved_preprocessing
from explorer.model.keras_files.stored_layers import StoredLayer, StoredVariable, plain_name
from explorer.model.keras_files.weight_files import WeightFile
from explorer.model.weights.arrays import Provenance, Weights
from explorer.model.weights.matching import fits, kind_of, match
from explorer.model.weights.told import NOTHING_TOLD, Pooling, Told

_POOLS: dict[Pooling, type[Op]] = {"avg": GlobalAveragePool, "max": GlobalMaxPool, "flatten": Flatten}
_USUAL_SIZES = (299, 224, 150, 256, 160, 128, 192, 180, 200, 331, 96, 100, 112, 120, 140, 240, 300, 320, 71, 75)
"""Sizes of pictures that people train with, the commonest first."""
_STORY = "From a file. What it was trained on, and with what success, the file does not say."


@dataclass(frozen=True, slots=True, eq=False)
class FoundNetwork:
    """A file's network; see `explorer.model.weights.trained_networks.TrainedNetwork`."""

    config: Config
    untold: Config
    weights: Weights
    head: Head | None
    told_preprocessing: bool


def network_in_file(file: WeightFile, told: Told = NOTHING_TOLD) -> FoundNetwork:
    """The network in `file`.

    Raises:
        WeightsError: If it is none that is described here; says what the nearest has elsewhere.
        ConfigError: If a person says what the file tells.
    """
    statistics = [layer for layer in file.layers if _is_normalization(layer)]
    layers = tuple(layer for layer in file.layers if not _is_normalization(layer))
    network = replace(file, layers=layers)
    return _alone(network, told) if file.config is None else _whole(network, statistics, told)


# Files with a configuration.


def _whole(file: WeightFile, statistics: list[StoredLayer], told: Told) -> FoundNetwork:
    name = file.path.name
    assert file.config is not None
    saved = saved_graph(file.config.model, name)
    size = saved.input_size(name)
    clues = Clues(_layer_clues(file), size, tuple(wiring_of(saved)))
    if size is not None:
        told = replace(told, turns={knob: turn for knob, turn in told.turns.items() if knob != INPUT_SIZE})
    best: tuple[int, str, str] | None = None
    refusals: list[str] = []
    agreed: tuple[Config, Config, Agreement] | None = None
    for config, plain in _candidates(clues, told, refusals, knob=INPUT_SIZE):
        if agreed is not None and type(config) is not type(agreed[0]):
            break
        graph = graph_of(config)
        try:
            agreement = compare(graph, saved)
        except Difference as difference:
            if best is None or difference.agreeing > best[0]:
                best = (difference.agreeing, graph.title, str(difference))
            continue
        agreed = agreed or (config, plain, agreement)
        if agreement.own_head(graph) is None:  # a knob describes the head, too
            agreed = (config, plain, agreement)
            break
    if agreed is None:
        raise another_network(name, *best[1:]) if best else _none(name, refusals)
    config, plain, agreement = agreed
    normalizations = {layer.name or "": _statistics(layer) for layer in statistics}
    preprocessing = saved_preprocessing(saved, normalizations, name)
    if preprocessing is not None:
        told.refuse("--preprocessing", told.preprocessing, f"{name} prepares the pixels itself")
    if agreement.output != "logits":
        told.refuse("--head", told.output, f"{name} tells it, {agreement.output}")
    told.refuse("--pooling", told.pooling, f"{name} tells it")
    return _found(file, config, plain.input_size, agreement, told, size, preprocessing)


def _found(
    file: WeightFile,
    config: Config,
    usual_size: int,
    agreement: Agreement,
    told: Told,
    size: int | None,
    preprocessing: Preprocessing | None,
) -> FoundNetwork:
    name, output = file.path.name, agreement.output
    ops = list(agreement.head)
    assumed = []
    if ops and isinstance(ops[-1], Dense):
        if ops[-1].units == 1:
            if output == "softmax":
                raise WeightsError(
                    f"{name} has one output with softmax, which is 1 for every picture: train it with sigmoid."
                )
            if output == "logits" and told.output is None:
                assumed.append("Its one output has no activation: it is read as the logit between two classes.")
            file = _with_two_units(file, agreement.head_layers[-1])
            ops[-1] = replace(ops[-1], units=2)
            output = "softmax"
        config = replace(config, classes=ops[-1].units)
    elif classifier := [op for op in ops if isinstance(op, Conv2D)]:
        config = replace(config, classes=classifier[-1].filters)
    graph = graph_of(config)
    head = None if Head(tuple(ops)) == head_of(graph) else Head(tuple(ops) or (GlobalAveragePool(),))
    graph = graph if head is None else with_head(graph, head)
    nodes = [node.name for node in graph.nodes if node.module == HEAD and not isinstance(node.op, Dropout)]
    # A file without head has no layer for the pooling that its maps get here.
    layers = {**agreement.layers, **dict(zip(nodes, agreement.head_layers, strict=bool(ops)))}
    if size is None and INPUT_SIZE not in told.turns:
        assumed.append(_assumed_size(config))
    if preprocessing is None and told.preprocessing is None:
        assumed.append(_assumed_preprocessing(config))
    if head is not None and not head.is_classifier:
        output = "features"
    elif output == "logits" and told.output is not None:
        output = told.output
    provenance = Provenance("pretrained", name, _STORY, tuple(assumed), output)
    return FoundNetwork(
        config,
        replace(config, input_size=usual_size),
        replace(match(graph, file, provenance, layers), preprocessing=preprocessing or _usual(config, told)),
        head,
        preprocessing is not None or told.preprocessing is not None,
    )


# Files of weights alone.


@dataclass(frozen=True, slots=True)
class Fit:
    """A network whose weights a file can hold.

    Attributes:
        file: The file, its one logit as two.
        config: The network.
        plain: The same before a person turned its knobs.
        head: Its head, where no knob describes it.
    """

    file: WeightFile
    config: Config
    plain: Config
    head: Head | None

    @property
    def graph(self) -> Graph:
        """The network's description."""
        graph = graph_of(self.config)
        return graph if self.head is None else with_head(graph, self.head)


def _alone(file: WeightFile, told: Told) -> FoundNetwork:
    fit = fitting(file, told)
    is_classifier = fit.head is None or fit.head.is_classifier
    is_single = _dense_units(file)[-1:] == (1,)
    output: Output = "softmax" if is_single or told.output is None else told.output
    assumed = tuple(_assumed(fit, told, is_classifier))
    provenance = Provenance("pretrained", file.path.name, _STORY, assumed, output if is_classifier else "features")
    own = {name: getattr(fit.plain, name) for name in told.turns if hasattr(fit.plain, name)}
    return FoundNetwork(
        fit.config,
        replace(fit.config, **own),
        replace(match(fit.graph, fit.file, provenance), preprocessing=_usual(fit.config, told)),
        fit.head,
        told.preprocessing is not None,
    )


def fitting(file: WeightFile, told: Told = NOTHING_TOLD) -> Fit:
    """The first candidate that the layers of a file without configuration fit.

    The knobs that a person turned are turned, as far as the weights stand it.

    Raises:
        WeightsError: If there is none.
    """
    dense = [layer.name or layer.path for layer in file.layers if kind_of(layer) == "dense"]
    if _dense_units(file)[-1:] == (1,):
        file = _with_two_units(file, dense[-1])
    refusals: list[str] = []
    best: tuple[int, Fit] | None = None
    order: WeightsError | None = None
    for config, plain in _candidates(Clues(_layer_clues(file), file.input_size), told, refusals):
        for fit in _fits(file, config, plain, told):
            try:
                right, wrong = fits(fit.graph, fit.file)
            except WeightsError as error:  # it does not tell which layer is which
                order = order or error
                continue
            if wrong == 0:
                return _turned(fit, told)
            if best is None or right - wrong > best[0]:
                best = (right - wrong, fit)
    if order is not None:
        raise order
    if best is None:
        raise _none(file.path.name, refusals)
    try:
        match(best[1].graph, best[1].file, Provenance("pretrained", file.path.name, _STORY))
    except WeightsError as error:
        raise WeightsError(
            f"{error} Weights alone do not tell the wiring: if this is such a network with a head of its own, save the "
            "whole model with Keras, as .keras."
        ) from error
    raise AssertionError("a file that fits was not taken")


def _turned(fit: Fit, told: Told) -> Fit:
    """`fit` with those knobs turned that its weights stand: of these the file cannot know."""
    for turn in told.turns.values():
        with suppress(ConfigError):
            other = replace(fit, config=turn(fit.config))
            if fits(other.graph, other.file)[1] == 0:
                fit = other
    return fit


def _fits(file: WeightFile, config: Config, plain: Config, told: Told) -> Iterator[Fit]:
    """The network of `config` with its own head, and with the head that the file's dense layers tell."""
    graph = graph_of(config)
    own = head_of(graph)
    if told.pooling is None:
        yield Fit(file, config, plain, None)
    dense = [layer for layer in file.layers if kind_of(layer) == "dense"]
    channels = output_shapes(graph)[base_output(graph)][-1]
    if not dense:
        yield Fit(file, config, plain, Head((GlobalAveragePool(),)))
        return
    rows = dense[0].shapes[0][0]
    pooling = told.pooling or "avg"
    if rows != channels:
        cells, rest = divmod(rows, channels)
        if rest or isqrt(cells) ** 2 != cells or told.pooling not in (None, "flatten"):
            return
        pooling = "flatten"
        config = _with_map(config, isqrt(cells), told)
    ops: list[Op] = [_POOLS[pooling]()]
    for layer in dense:
        ops += [Dense(layer.shapes[0][1], len(layer.shapes) > 1), Activation("relu")]
    head = Head(tuple(ops[:-1]))
    yield Fit(file, config, plain, None if head == own else head)


def _with_map(config: Config, side: int, told: Told) -> Config:
    """`config` at an input size at which its last maps are `side` cells wide: its own, or the commonest."""
    if INPUT_SIZE not in told.turns:
        for size in (config.input_size, *_USUAL_SIZES):
            try:
                sized = replace(config, input_size=size)
                graph = graph_of(sized)
            except ConfigError:
                continue
            if output_shapes(graph)[base_output(graph)][0] == side:
                return sized
    return config


def _assumed(fit: Fit, told: Told, is_classifier: bool) -> Iterator[str]:
    """What the file does not tell and nobody said, in sentences."""
    if fit.file.input_size is None and INPUT_SIZE not in told.turns:
        yield _assumed_size(fit.config)
    yield (
        "The file does not tell what its layers compute: the wiring, strides, padding, activations are assumed, "
        f"as in {network_of(fit.config).title}; --network and its options choose others."
    )
    head = fit.head or head_of(graph_of(fit.config))
    if is_classifier and told.pooling is None and head and isinstance(head.ops[0], GlobalAveragePool):
        yield "The file does not tell how the last maps are pooled: the mean is assumed; --pooling chooses another."
    if is_classifier and told.output is None:
        yield "The file does not tell what is done with its outputs: softmax is assumed; --head chooses another."
    if told.preprocessing is None:
        yield _assumed_preprocessing(fit.config)


def _usual(config: Config, told: Told) -> Preprocessing:
    """The preprocessing that a person told, or that weights of the network usually expect."""
    return told.preprocessing or network_of(config).preprocessing


def _assumed_preprocessing(config: Config) -> str:
    return (
        f"The file does not tell how pixels are scaled: {network_of(config).preprocessing.name} is assumed; "
        "--preprocessing chooses another."
    )


def _assumed_size(config: Config) -> str:
    return (
        f"The file does not tell at which input size it was trained: {config.input_size} px is assumed; "
        "--input-size chooses another."
    )


# Both.


def _candidates(
    clues: Clues, told: Told, refusals: list[str], knob: str | None = None
) -> Iterator[tuple[Config, Config]]:
    """The configurations that a file can be of, each that can be described: as a person turned them, and as they were.

    Why a network has none is added to `refusals`. If `knob` is given, only that one is turned.
    """
    turns = [turn for name, turn in told.turns.items() if knob in (None, name)]
    for network in _networks(told):
        try:
            for plain in network.candidates(clues):
                for config in dict.fromkeys((_turn(plain, turns), plain)):
                    if _is_describable(config, refusals):
                        yield config, plain
        except ConfigError as error:
            refusals.append(f"{network.title} as described here: {error}")


def _is_describable(config: Config, refusals: list[str]) -> bool:
    try:
        graph_of(config)
    except ConfigError as error:
        refusals.append(f"{network_of(config).title} as described here: {error}")
        return False
    return True


def _turn(config: Config, turns: list[Callable[[Config], Config]]) -> Config:
    """`config` with all knobs turned that its network has."""
    for turn in turns:
        with suppress(ConfigError):
            config = turn(config)
    return config


def _networks(told: Told) -> list[Network]:
    """All networks, the one that a person named first."""
    return sorted(NETWORKS.values(), key=lambda network: network.name != told.network)


def _none(shown_as: str, refusals: list[str]) -> WeightsError:
    return WeightsError(f"{shown_as} does not hold the weights of an {refusals[0]}.")


def _layer_clues(file: WeightFile) -> tuple[LayerClue, ...]:
    return tuple(LayerClue(layer.name, kind_of(layer), layer.shapes) for layer in file.layers)


def _dense_units(file: WeightFile) -> tuple[int, ...]:
    return tuple(layer.shapes[0][-1] for layer in file.layers if kind_of(layer) == "dense")


def _is_normalization(layer: StoredLayer) -> bool:
    """Whether the layer is Keras' Normalization, whose statistics are preprocessing."""
    return {"mean", "variance"} <= {plain_name(variable.name) for variable in layer.variables}


def _statistics(layer: StoredLayer) -> Affine:
    values = {plain_name(variable.name): variable.load().ravel().tolist() for variable in layer.variables}
    return normalized(values["mean"], values["variance"])


def _with_two_units(file: WeightFile, name: str) -> WeightFile:
    """`file` with its one logit z as the two logits -z/2 and z/2, whose softmax is 1 - sigmoid(z) and sigmoid(z)."""
    layers = tuple(
        replace(layer, variables=tuple(map(_halves, layer.variables))) if (layer.name or layer.path) == name else layer
        for layer in file.layers
    )
    return replace(file, layers=layers)


def _halves(variable: StoredVariable) -> StoredVariable:
    half = np.asarray(variable.load()) / np.float32(2)
    values = np.concatenate([-half, half], axis=-1)
    values.flags.writeable = False
    return StoredVariable(variable.name, values.shape, variable.dtype, values)

"""The network in a file of weights alone, which tells names and shapes and nothing of what its layers compute.

What shapes cannot tell is taken from the person, or assumed, and said.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from math import isqrt

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.head import Head, Output, base_output, head_of, with_head
from explorer.arch.knobs import INPUT_SIZE, Config
from explorer.arch.network import Clues
from explorer.arch.ops import Activation, Dense, Flatten, GlobalAveragePool, GlobalMaxPool, Op
from explorer.arch.preprocessing import Preprocessing
from explorer.configuration.registry import graph_of, network_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.keras_files.saved_operations import Affine
from explorer.model.keras_files.saved_preprocessing import normalized_alone
from explorer.model.keras_files.weight_files import WeightFile
from explorer.model.recognition.candidates import candidates, layer_clues, no_network
from explorer.model.recognition.found_network import (
    STORY,
    FoundNetwork,
    assumed_normalization,
    assumed_preprocessing,
    assumed_size,
    usual_preprocessing,
)
from explorer.model.recognition.matching import fits, kind_of, match
from explorer.model.recognition.single_logit import dense_units, with_two_units
from explorer.model.recognition.told import NOTHING_TOLD, Pooling, Told
from explorer.model.weights.arrays import Provenance

_POOLS: dict[Pooling, type[Op]] = {"avg": GlobalAveragePool, "max": GlobalMaxPool, "flatten": Flatten}
_USUAL_SIZES = (299, 224, 150, 256, 160, 128, 192, 180, 200, 331, 96, 100, 112, 120, 140, 240, 300, 320, 71, 75)
"""Sizes of pictures that people train with, the commonest first."""


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


def weights_alone(file: WeightFile, told: Told, normalizations: Mapping[str, Affine]) -> FoundNetwork:
    """The network in a file without configuration.

    Args:
        file: The file.
        told: What a person says of it.
        normalizations: By layer, of those that keep their statistics in the file.

    Raises:
        WeightsError: If it is none that is described here, or holds the statistics of several normalizations.
    """
    fit = fitting(file, told)
    preprocessing = usual_preprocessing(fit.config, told)
    if told.preprocessing is None and normalizations:
        preprocessing = _normalized(normalizations, fit.graph.input_shape[-1], file.path.name)
    is_classifier = fit.head is None or fit.head.is_classifier
    is_single = dense_units(file)[-1:] == (1,)
    output: Output = "softmax" if is_single or told.output is None else told.output
    assumed = tuple(_assumed(fit, told, is_classifier, next(iter(normalizations), None)))
    provenance = Provenance("pretrained", file.path.name, STORY, assumed, output if is_classifier else "features")
    own = {name: getattr(fit.plain, name) for name in told.turns if hasattr(fit.plain, name)}
    return FoundNetwork(
        fit.config,
        replace(fit.config, **own),
        replace(match(fit.graph, fit.file, provenance), preprocessing=preprocessing),
        fit.head,
        told.preprocessing is not None,
        _told_size(fit, told),
    )


def _normalized(normalizations: Mapping[str, Affine], channels: int, shown_as: str) -> Preprocessing:
    """What the one normalization of a file does to the picture."""
    if len(normalizations) > 1:
        raise WeightsError(
            f"{shown_as} holds the statistics of several normalizations, {' and '.join(list(normalizations)[:2])}, and "
            "does not tell which the picture passes: save the whole model with Keras, as .keras."
        )
    ((layer, normalization),) = normalizations.items()
    return normalized_alone(normalization, layer, channels, shown_as)


def fitting(file: WeightFile, told: Told = NOTHING_TOLD) -> Fit:
    """The first candidate that the layers of a file without configuration fit.

    The knobs that a person turned are turned, as far as the weights stand it.

    Raises:
        WeightsError: If there is none.
    """
    dense = [layer.path for layer in file.layers if kind_of(layer) == "dense"]
    if dense_units(file)[-1:] == (1,):
        file = with_two_units(file, dense[-1])
    refusals: list[str] = []
    best: tuple[int, Fit] | None = None
    order: WeightsError | None = None
    for config, plain in candidates(Clues(layer_clues(file), file.input_size), told, refusals):
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
        raise no_network(file.path.name, refusals)
    try:
        match(best[1].graph, best[1].file, Provenance("pretrained", file.path.name, STORY))
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


def _told_size(fit: Fit, told: Told) -> bool:
    return fit.file.input_size is not None or INPUT_SIZE in told.turns


def _assumed(fit: Fit, told: Told, is_classifier: bool, normalization: str | None) -> Iterator[str]:
    """What the file does not tell and nobody said, in sentences."""
    if not _told_size(fit, told):
        yield assumed_size(fit.config)
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
        yield assumed_preprocessing(fit.config) if normalization is None else assumed_normalization(normalization)

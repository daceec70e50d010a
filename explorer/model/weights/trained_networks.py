"""Weights that were trained, with the configuration of the network that they belong to."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.arch.config import XceptionConfig
from explorer.arch.knobs import Config, knobs
from explorer.arch.ops import Shape
from explorer.arch.xception import ENTRY_FILTERS, EXIT_FILTERS, EXIT_RESIDUAL_FILTERS, STEM_FILTERS, scaled
from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.keras_files.saved_settings import check_settings, first_padding
from explorer.model.keras_files.weight_files import WeightFile, read
from explorer.model.weights.arrays import Provenance, Weights
from explorer.model.weights.matching import kind_of, match
from explorer.model.weights.sources import WeightSource
from explorer.model.weights.store import path_of

_SEPARABLE_ELSEWHERE = len(ENTRY_FILTERS) * XceptionConfig.entry_convs + len(EXIT_RESIDUAL_FILTERS) + len(EXIT_FILTERS)
"""Separable convolutions outside the middle flow."""

_BROUGHT_BY_WEIGHTS = ("input_size", "classes", "fully_connected", "dropout")
"""Knobs that come with trained weights: their head, and the size that they were trained at."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainedNetwork:
    """A network as it was trained.

    Attributes:
        config: Its configuration.
        weights: Its weights.
        labels: Name of its label set (see `explorer.model.weights.labels`); None if nobody told what its classes mean.
    """

    config: XceptionConfig
    weights: Weights
    labels: str | None


def load_trained(source: WeightSource | Path) -> TrainedNetwork:
    """The network of a known source, which must have been fetched, or of any Xception's file that Keras saved.

    Raises:
        WeightsError: If the source is not there, or the file is unreadable or not an Xception's.
    """
    if isinstance(source, Path):
        file = read(source)
        config = infer_config(file)
        story = "From a file. What it was trained on, and with what success, the file does not say."
        provenance = Provenance("pretrained", source.name, story, tuple(_assumed(file, config)))
        weights = match(graph_of(config), file, provenance)
        if file.config is not None:
            check_settings(graph_of(config), file.config, source.name)
        return TrainedNetwork(config, weights, None)
    path = path_of(source)
    if path is None:
        raise WeightsError(
            f"The weights of {source.name} are not here yet: fetch them with "
            f"`python -m explorer weights fetch {source.name}`."
        )
    config = config_of(source)
    provenance = Provenance("pretrained", source.name, source.story)
    return TrainedNetwork(config, match(graph_of(config), read(path), provenance), source.labels)


def _assumed(file: WeightFile, config: XceptionConfig) -> Iterator[str]:
    """What the file does not tell, in sentences."""
    if file.input_size is None:
        yield f"The file does not tell at which input size it was trained: {config.input_size} px is assumed."
    if file.config is None:
        yield "The file does not tell what its layers compute: the paper's strides, padding, activations are assumed."


def config_of(source: WeightSource) -> XceptionConfig:
    """The configuration that the weights of `source` were trained in."""
    return XceptionConfig(
        input_size=source.input_size,
        classes=source.classes,
        fully_connected=source.fully_connected,
        dropout=source.dropout,
    )


def with_head_of(config: Config, trained: XceptionConfig) -> Config:
    """`config` with the input size and the head of the network `trained`, as far as it has such knobs."""
    brought = {name: getattr(trained, name) for name in _BROUGHT_BY_WEIGHTS if name in knobs(type(config))}
    return replace(config, **brought)


def usual_config(network: type[Config], trained: XceptionConfig | None) -> Config:
    """Where a network's knobs stand until somebody turns one: as in `trained`, whose weights are put into it.

    Another network than the trained one has its own defaults, and takes size and head alone; without trained weights
    all knobs are at their defaults.
    """
    if trained is None:
        return network()
    return trained if network is type(trained) else with_head_of(network(), trained)


def infer_config(file: WeightFile) -> XceptionConfig:
    """The Xception whose weights `file` seems to hold, as far as shapes tell; `match` then proves it.

    Told by shapes are classes, fully-connected layers, width, kernel size, depth multiplier and the length of the
    middle flow. Input size and stem padding are taken from the file, 299 px and valid if it does not tell; every other
    knob is the paper's.

    Raises:
        WeightsError: If the layers cannot be those of such a network.
    """
    of_kind: dict[str, list[tuple[Shape, ...]]] = defaultdict(list)
    for layer in file.layers:
        of_kind[kind_of(layer)].append(layer.shapes)
    separable = of_kind["separable_conv2d"]
    in_middle = len(separable) - _SEPARABLE_ELSEWHERE
    repeats, rest = divmod(in_middle, XceptionConfig.middle_convs)
    if in_middle < 0 or rest:
        raise _not_an_xception(
            file,
            f"it has {len(separable)} separable convolutions, expected {_SEPARABLE_ELSEWHERE} "
            f"and {XceptionConfig.middle_convs} for each module of the middle flow",
        )
    match separable[0], separable[-1], of_kind["conv2d"][:1], of_kind["dense"]:
        case (
            ((int(kernel_size), _, _, int(depth_multiplier)), *_),
            (_, (1, 1, _, int(last_filters)), *_),
            [((3, 3, 3, int(stem_filters)), *_)],
            [*hidden, ((_, int(classes)), *_)],
        ) if all(len(shapes[0]) == 2 for shapes in hidden):
            units = tuple(shapes[0][1] for shapes in hidden)
        case _:
            raise _not_an_xception(
                file,
                "expected a 3 x 3 convolution of the image, separable convolutions and a dense layer for the classes",
            )
    padding = first_padding(file.config) if file.config else None
    try:
        return XceptionConfig(
            input_size=file.input_size or XceptionConfig.input_size,
            classes=classes,
            fully_connected=units,
            width=_width(stem_filters, last_filters),
            kernel_size=kernel_size,
            depth_multiplier=depth_multiplier,
            middle_repeats=repeats,
            stem_padding=padding or XceptionConfig.stem_padding,
        )
    except ConfigError as error:
        raise _not_an_xception(file, str(error)) from error


def _width(stem_filters: int, last_filters: int) -> float:
    """The width multiplier that gives these filters: the roundest, as several round to the same filters."""
    exact = last_filters / EXIT_FILTERS[-1]
    for width in (*(round(exact, digits) for digits in (1, 2, 3)), exact):
        if (scaled(STEM_FILTERS[0], width), scaled(EXIT_FILTERS[-1], width)) == (stem_filters, last_filters):
            return width
    return exact


def _not_an_xception(file: WeightFile, why: str) -> WeightsError:
    return WeightsError(f"{file.path.name} does not hold the weights of an Xception as described here: {why}.")

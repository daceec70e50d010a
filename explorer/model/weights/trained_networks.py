"""Weights that were trained, with the configuration of the network that they belong to."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.arch.common_knobs import HEAD
from explorer.arch.knobs import INPUT_SIZE, Config, knobs
from explorer.arch.network import Clues
from explorer.arch.ops import Shape
from explorer.configuration.registry import NETWORKS, graph_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.keras_files.saved_settings import check_settings, first_padding
from explorer.model.keras_files.weight_files import WeightFile, read
from explorer.model.weights.arrays import Provenance, Weights
from explorer.model.weights.matching import kind_of, match
from explorer.model.weights.sources import WeightsSource
from explorer.model.weights.store import path_of


@dataclass(frozen=True, slots=True, eq=False)
class TrainedNetwork:
    """A network as it was trained.

    Attributes:
        config: Its configuration.
        weights: Its weights.
        labels: Name of its label set (see `explorer.model.weights.labels`); None if nobody told what its classes mean.
    """

    config: Config
    weights: Weights
    labels: str | None


def load_trained(source: WeightsSource) -> TrainedNetwork:
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
    provenance = Provenance("pretrained", source.name, source.story, caution=source.caution)
    weights = match(graph_of(source.config), read(path), provenance)
    return TrainedNetwork(source.config, replace(weights, preprocessing=source.preprocessing), source.labels)


def _assumed(file: WeightFile, config: Config) -> Iterator[str]:
    """What the file does not tell, in sentences."""
    if file.input_size is None:
        yield f"The file does not tell at which input size it was trained: {config.input_size} px is assumed."
    if file.config is None:
        yield "The file does not tell what its layers compute: the paper's strides, padding, activations are assumed."


def with_head_of(config: Config, trained: Config) -> Config:
    """`config` with the input size and the head of the network `trained`, as far as it has such knobs."""
    own, brought = knobs(type(config)), knobs(type(trained))
    names = [name for name, knob in brought.items() if name in own and (name == INPUT_SIZE or knob.group == HEAD)]
    return replace(config, **{name: getattr(trained, name) for name in names})


def usual_config(network: type[Config], trained: Config | None) -> Config:
    """Where a network's knobs stand until somebody turns one: as in `trained`, whose weights are put into it.

    Another network than the trained one has its own defaults, and takes size and head alone; without trained weights
    all knobs are at their defaults.
    """
    if trained is None:
        return network()
    return trained if network is type(trained) else with_head_of(network(), trained)


def infer_config(file: WeightFile) -> Config:
    """The configuration whose weights `file` seems to hold, as far as its shapes tell; `match` then proves it.

    Raises:
        WeightsError: If it cannot be that of a network described here.
    """
    shapes: dict[str, list[tuple[Shape, ...]]] = defaultdict(list)
    for layer in file.layers:
        shapes[kind_of(layer)].append(layer.shapes)
    clues = Clues(shapes, file.input_size, first_padding(file.config) if file.config else None)
    refusals = []
    for network in NETWORKS.values():
        if network.recognise is not None:
            try:
                return network.recognise(clues)
            except ConfigError as error:
                refusals.append(f"{network.title} as described here: {error}")
    raise WeightsError(f"{file.path.name} does not hold the weights of an {refusals[0]}.")

"""Weights that were trained, with the configuration of the network that they belong to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.arch.graph import Graph
from explorer.arch.head import Head, Output
from explorer.arch.knobs import INPUT_SIZE, Config
from explorer.arch.preprocessing import Preprocessing
from explorer.configuration.options import turned
from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.keras_files.weight_files import read
from explorer.model.recognition.matching import match
from explorer.model.recognition.network_in_file import network_in_file
from explorer.model.recognition.told import NOTHING_TOLD, Told
from explorer.model.sources.known import WeightsFile, WeightsSource
from explorer.model.sources.labels import labels
from explorer.model.sources.store import path_of
from explorer.model.weights.arrays import Provenance, Weights
from explorer.model.weights.heads import graph_with_head


@dataclass(frozen=True, slots=True)
class TrainedFacts:
    """What there is to say about a trained network, without its arrays; as `TrainedNetwork` has it."""

    config: Config
    class_names: tuple[str, ...] | None
    untold: Config
    head: Head | None
    told_preprocessing: bool
    told_size: bool
    told: tuple[str, ...]
    preprocessing: Preprocessing
    is_classifier: bool


@dataclass(frozen=True, slots=True, eq=False)
class TrainedNetwork:
    """A network as it was trained.

    Attributes:
        config: Its configuration.
        weights: Its weights.
        class_names: What its classes are called, in the order of the outputs; None if nobody told.
        untold: The configuration as the file alone tells it.
        head: Its head, where no knob describes it; None for the configuration's own.
        told_preprocessing: Whether the preprocessing is known, and not assumed.
        told_size: Likewise the input size.
        told: The options of the command line that said what its file does not tell.
    """

    config: Config
    weights: Weights
    class_names: tuple[str, ...] | None
    untold: Config
    head: Head | None = None
    told_preprocessing: bool = True
    told_size: bool = True
    told: tuple[str, ...] = ()

    @property
    def graph(self) -> Graph:
        """The network that the weights belong to."""
        return graph_with_head(self.config, self.head)

    @property
    def preprocessing(self) -> Preprocessing:
        """What is done to a picture before it."""
        return self.weights.preprocessing

    @property
    def output(self) -> Output:
        """What is done with its logits."""
        return self.weights.provenance.output

    @property
    def facts(self) -> TrainedFacts:
        """All of it but the arrays."""
        return TrainedFacts(
            self.config,
            self.class_names,
            self.untold,
            self.head,
            self.told_preprocessing,
            self.told_size,
            self.told,
            self.preprocessing,
            self.is_classifier,
        )

    @property
    def is_classifier(self) -> bool:
        """Whether it has a head that tells classes apart; else it ends in features."""
        return self.head is None or self.head.is_classifier


def load_trained(source: WeightsSource | Path, told: Told = NOTHING_TOLD) -> TrainedNetwork:
    """The network of a known source, which must have been fetched, or of any described network's file.

    Args:
        source: The weights, or the path of their file.
        told: What a person says of a file that does not tell it.

    Raises:
        WeightsError: If the source is not there, or the file is unreadable or not one of a network described here.
        ConfigError: If the person says what the file tells itself.
    """
    if isinstance(source, Path):
        source = WeightsFile(source)
    if isinstance(source, WeightsFile):
        told = replace(
            told,
            network=source.network or told.network,
            turns={**told.turns, **_turns(source)},
            preprocessing=source.preprocessing or told.preprocessing,
            pooling=source.pooling or told.pooling,
            output=source.output or told.output,
            labels=source.labels or told.labels,
        )
        found = network_in_file(read(source.path), told)
        trained = TrainedNetwork(
            found.config,
            found.weights,
            source.class_names,
            found.untold,
            found.head,
            found.told_preprocessing,
            found.told_size,
            told.options,
        )
        return _with_right_names(trained, source)
    told.refuse_all(source.name)
    path = path_of(source)
    if path is None:
        raise WeightsError(
            f"The weights of {source.name} are not here yet: fetch them with "
            f"`python -m explorer weights fetch {source.name}`."
        )
    config = source.config
    provenance = Provenance("pretrained", source.name, source.story, caution=source.caution)
    weights = replace(match(graph_of(config), read(path), provenance), preprocessing=source.preprocessing)
    names = tuple(label.name for label in labels(source.labels))
    return TrainedNetwork(config, weights, names, config)


def _turns(source: WeightsFile) -> dict[str, Callable[[Config], Config]]:
    """By knob, how a configuration becomes what a person says of the file."""

    def turn(name: str, given: object) -> Callable[[Config], Config]:
        return lambda config: turned(config, {name: given})

    size = () if source.input_size is None else ((INPUT_SIZE, source.input_size),)
    return {name: turn(name, given) for name, given in (*source.knobs, *size)}


def _with_right_names(trained: TrainedNetwork, source: WeightsFile) -> TrainedNetwork:
    """`trained`, if it has as many classes as somebody named.

    Raises:
        ConfigError: If it has not.
    """
    names = source.class_names
    if names is not None and trained.is_classifier and len(names) != trained.config.classes:
        raise ConfigError(
            f"{source.name} has {trained.config.classes} classes, and {len(names)} names were given: name each, in the "
            "order of the outputs"
        )
    return trained

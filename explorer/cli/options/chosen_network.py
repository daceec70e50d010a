"""What the commands that look inside are about: a network with weights, a picture in it, and a class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import numpy as np
import typer

from explorer.arch.graph import Graph
from explorer.arch.head import Head
from explorer.arch.knobs import Config
from explorer.arch.places.taps import STAGES, Tap, find_map, last_tap
from explorer.cli.options.inputs import read_picture, weights_asked_for
from explorer.cli.options.network_options import NetworkOptions
from explorer.cli.options.told_options import class_names
from explorer.cli.output.progress_line import awaited
from explorer.compute.choice import Compute, new_compute
from explorer.compute.question import Question, in_look, of_network
from explorer.configuration.brought import usual_config
from explorer.configuration.options import to_options
from explorer.errors import ConfigError, ImageError, WeightsError
from explorer.model.engines.choice import chosen_engine
from explorer.model.recognition.told import NOTHING_TOLD, Told
from explorer.model.sources.known import WeightsFile, WeightsSource
from explorer.model.weights.arrays import Provenance
from explorer.model.weights.asked_weights import RANDOM, AskedWeights, asked_weights
from explorer.model.weights.heads import graph_with_head, kept_head
from explorer.model.weights.trained_networks import TrainedFacts
from explorer.vision.classification import require_finite
from explorer.vision.look import Look
from explorer.vision.methods.target import Target, find_class
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.pictures.picture import picture
from explorer.vision.reports.circumstances import Circumstances, circumstances

if TYPE_CHECKING:
    from PIL import Image

    from explorer.compute.answers import NetworkFacts
    from explorer.model.gradients.activations import Pass

R = TypeVar("R")

ASKER = "command line"
"""In whose name questions are asked: before those that nobody waits for."""


ImageArgument = Annotated[Path, typer.Argument(metavar="IMAGE", help="A picture: PNG, JPEG, WebP, HEIC, AVIF, ...")]
WeightsOption = Annotated[
    str | None,
    typer.Option(
        metavar=f"NAME|{RANDOM}|PATH",
        help="Which weights (see `weights list`), or a Keras .weights.h5, .h5 or .keras file; the network's first that "
        "are here if left out. They bring their input size and head; random ones take their place where they do not "
        "fit.",
    ),
]
LayerOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A layer, or one of its outputs by name (see `layers`); what the head pools if left out.",
    ),
]
StageOption = Annotated[
    str | None,
    typer.Option(metavar="|".join(STAGES), help="Which output of the layer; its own if left out."),
]
ClassIndexOption = Annotated[
    int | None, typer.Option(metavar="N", help="The class, by its index; the most probable one if left out.")
]
ClassNameOption = Annotated[str | None, typer.Option(metavar="NAME", help="The class, by its name.")]


class FactsFormat(StrEnum):
    """How what was found is printed."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[FactsFormat, typer.Option("--format", help="table, or json (everything).")]


@dataclass(frozen=True)
class ChosenNetwork:
    """A network, and the weights that were asked for.

    Attributes:
        compute: Where it lives.
        config: The network.
        source: Where the weights come from; None for random ones.
        asked: The same, as evidence names them.
        trained: What they were read as; None for random ones.
    """

    compute: Compute
    config: Config
    source: WeightsSource | None
    asked: AskedWeights
    trained: TrainedFacts | None

    @property
    def graph(self) -> Graph:
        """The network's description."""
        return graph_with_head(self.config, self.head)

    @property
    def settings(self) -> list[str]:
        """The options of the command line that choose it."""
        knobs = to_options(self.config, usual_config(type(self.config), self.asked.trained))
        return ["--weights", self.asked.name, *self.asked.options, *knobs]

    @property
    def head(self) -> Head | None:
        """The head that the weights bring, where no knob describes it."""
        return None if self.trained is None else kept_head(self.config, self.trained.config, self.trained.head)

    def require_head(self, purpose: str) -> None:
        """Makes sure that the network tells classes apart.

        Raises:
            WeightsError: If its weights have no head.
        """
        if self.head is not None and not self.head.is_classifier:
            raise WeightsError(
                f"{self.asked.name} has no head (include_top=False): it ends in feature maps, and there are no classes "
                f"to {purpose}. `features` shows its maps."
            )

    @cached_property
    def facts(self) -> "NetworkFacts":
        """What there is to say of it with the weights: those that were asked for if they fit it, else random ones."""
        from explorer.compute import answers

        question = of_network(self.config, self.source, answers.network, self.config, self.source)
        return self.compute.ask(question, ASKER).result()

    @cached_property
    def classifier(self) -> "NetworkFacts":
        """The same, and the network is ready to classify.

        Raises:
            BudgetError: If it would not fit into the memory budget.
            EngineError: If it cannot run where it is to live.
        """
        from explorer.compute import answers

        question = of_network(self.config, self.source, answers.classifier_facts, self.config, self.source)
        return self.compute.ask(question, ASKER).result()

    @property
    def labels(self) -> Sequence[str] | None:
        """What the classes are called; None where nobody knows, or the weights are random."""
        if self.trained is None or self.facts.provenance.state == "random":
            return None
        return self.trained.class_names

    def tap(self, layer: str | None, stage: str | None) -> Tap:
        """The place to look at; the network's last if no layer was named.

        Raises:
            ConfigError: If there is none (names the nearest), or it has no map.
        """
        if layer is not None:
            return find_map(self.graph, layer, stage)
        last = last_tap(self.graph)
        return last if stage is None else find_map(self.graph, last.layer, stage)

    def check_target(self, index: int | None, against: int | None = None) -> None:
        """Makes sure that the network has the classes that were given, if any were.

        Raises:
            ConfigError: If it has not, or both are the same.
        """
        if index is not None:
            self.require_head("ask about")
        classes = self.config.classes
        for option, given in (("--class-index", index), ("--against", against)):
            if given is not None and not 0 <= given < classes:
                raise ConfigError(f"{option} must be a class, from 0 to {classes - 1}, got {given}")
        if index is not None:
            Target(index, against).direction(classes)

    def class_index(self, index: int | None, name: str | None) -> int | None:
        """The class that was chosen by index or by name, if any was.

        Raises:
            ConfigError: If it was chosen by both, or there is no such class; names the nearest.
        """
        if name is None:
            return index
        if index is not None:
            raise ConfigError("--class-index and --class-name choose the same thing: leave one of the two out")
        if self.labels is not None:
            return find_class(self.labels, name)
        if self.facts.provenance.state == "random":
            why = " ".join(("With random weights no class means anything.", *self.facts.provenance.changes))
        else:
            why = f"What the classes of {self.asked.name} are called, the file does not say."
        raise ConfigError(f"{why} So none is called {name!r}: choose one by --class-index")


def computing(context: typer.Context, usual: str = "here", option: str | None = None) -> Compute:
    """Where a command computes; ended with it.

    Args:
        context: Of the command.
        usual: Where, if nobody says anything.
        option: What `--compute` says.

    Raises:
        ConfigError: If that, or the environment, says nothing of the kind.
    """
    compute = new_compute(usual, option=option, is_warmed=False)
    context.call_on_close(compute.close)
    return compute


def choose_network(
    compute: Compute,
    options: NetworkOptions,
    weights: str | None,
    said: Told = NOTHING_TOLD,
    *,
    random: bool = True,
) -> ChosenNetwork:
    """The network of the options, with the weights of that name.

    Args:
        compute: Where it is to live.
        options: The network.
        weights: Name of the weights, or path of their file.
        said: What the options beside the network's say of a file that does not tell it.
        random: Whether random weights can be asked for.

    Raises:
        ConfigError: If an option is out of range, or there is nothing of that name.
        WeightsError: If the weights are not here, or unreadable.
    """
    if remark := chosen_engine().remark:
        typer.echo(remark, err=True)
    is_random = random and weights == RANDOM
    others = (RANDOM,) if random else ()
    source = None if is_random else weights_asked_for(weights, options.named_network, others)
    if isinstance(source, WeightsFile):
        source = _as_told(source, options, said)
    elif source is not None:
        said.refuse_all(source.name)
    trained = None if source is None else _trained(compute, source)
    asked = asked_weights(source, trained)
    return ChosenNetwork(compute, options.config(asked.trained), source, asked, trained)


def _as_told(source: WeightsFile, options: NetworkOptions, said: Told) -> WeightsFile:
    """The file with all that a person says of it."""
    return replace(
        source,
        network=said.network,
        knobs=tuple(options.knobs.items()),
        preprocessing=said.preprocessing,
        pooling=said.pooling,
        output=said.output,
        class_names=class_names(said.labels),
        labels=said.labels,
    )


def _trained(compute: Compute, source: WeightsSource) -> TrainedFacts:
    from explorer.compute import answers

    return compute.ask(Question(answers.trained, (source,), source), ASKER).result()


@dataclass(frozen=True, slots=True)
class Subject:
    """A picture in a network.

    Attributes:
        compute: Where questions about it are answered.
        look: The picture and the network.
        image: The upright picture.
        circumstances: Network, weights and picture, as evidence names them.
        of_pass: What one pass of the picture gives.
    """

    compute: Compute
    look: Look
    image: "Image.Image"
    circumstances: Circumstances
    of_pass: "Pass"

    def ask(self, function: Callable[..., R], *arguments: Any) -> R:
        """What a function of `explorer.compute.answers` says about it."""
        return self.compute.ask(in_look(self.look, function, *arguments), ASKER).result()

    def ask_long(self, what: str, function: Callable[..., R], *arguments: Any) -> R:
        """The same of one that takes long: a person sees how far `what` is."""
        return awaited(self.compute.ask(in_look(self.look, function, *arguments, is_long=True), ASKER), what)


def require_in_range(values: np.ndarray, what: str, provenance: Provenance) -> None:
    """Makes sure that values computed with such weights can be put in colours, whose range is twice the largest.

    Raises:
        WeightsError: If some are not finite, or so large that float32 does not hold that range.
    """
    if not (np.abs(values) <= np.finfo(np.float32).max / 2).all():  # not so of NaN either
        raise WeightsError(
            f"With the weights of {provenance.source} {what} are not finite numbers, or too large to be shown: "
            "is the file damaged?"
        )


def look_at(network: ChosenNetwork, path: Path) -> Subject:
    """One pass of the picture at `path` through the network.

    Raises:
        ImageError: If it cannot be read.
        BudgetError: If the network would not fit into the memory budget.
        WeightsError: If the logits are not finite.
    """
    from explorer.compute import answers

    try:
        data = read_picture(path)
        image = decode(data)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error
    size, _, channels = network.graph.input_shape
    tensor = network_input(image, size, channels)
    look = Look(picture(path.name, data), network.config, network.source, network.head)
    found = circumstances(look, network.trained, image.size, tensor, network.labels)
    of_pass = network.compute.ask(in_look(look, answers.one_pass), ASKER).result()
    require_finite(of_pass.logits, of_pass.provenance)
    return Subject(network.compute, look, image, found, of_pass)

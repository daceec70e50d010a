"""The trained weights that this program knows, as the networks' files list them, and how people name them."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from explorer.arch.head import Output
from explorer.arch.network import Network
from explorer.arch.preprocessing import Preprocessing
from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, graph_of
from explorer.counting.tally import tally
from explorer.quantities import memory


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A file that Keras saved, with what a person says of it where it does not tell; None where nothing is said.

    Attributes:
        path: The file.
        input_size: Side of the pictures that it was trained on, px.
        preprocessing: What is done to a picture before the network.
        pooling: What the head does first: "avg", "max" or "flatten".
        output: What is done with the logits: "softmax", "sigmoid" or "logits".
        class_names: What its classes are called, in the order of the outputs.
        labels: Where a person says that the class names are: `--labels`.
        network: Name of the network that its weights belong to.
        knobs: Of that network, by name: what a person gave for the option.
    """

    path: Path
    preprocessing: Preprocessing | None = None
    pooling: Literal["avg", "max", "flatten"] | None = None
    output: Output | None = None
    class_names: tuple[str, ...] | None = None
    input_size: int | None = None
    labels: str | None = None
    network: str | None = None
    knobs: tuple[tuple[str, str | bool], ...] = ()

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


WeightsSource = TrainedWeights | WeightsFile
"""Where weights come from: known ones, or a file that Keras saved."""

# In the order in which they are tried.
SOURCES = MappingProxyType({source.name: source for network in NETWORKS.values() for source in network.trained})


def find_source(name: str, network: Network | None = None) -> TrainedWeights | None:
    """The weights called `name`, in full or, among those of `network`, in short; None if there are none.

    Without a network a short name means the default network's weights, else the only ones of that name.
    """
    if name in SOURCES:
        return SOURCES[name]
    for each in (network,) if network is not None else (DEFAULT_NETWORK, None):
        among = SOURCES.values() if each is None else each.trained
        found = [source for source in among if source.short_name == name]
        if len(found) == 1:
            return found[0]
    return None


def size_in_words(source: TrainedWeights) -> str:
    """Size of the file: "82.4 MiB", or where nobody published it "about 16.2 MiB", which its weights take."""
    if source.file_bytes is not None:
        return memory(source.file_bytes)
    return f"about {memory(tally(graph_of(source.config)).weight_bytes)}"

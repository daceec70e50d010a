"""The trained weights that this program knows, by name, as the networks' files list them."""

from pathlib import Path
from types import MappingProxyType

from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.registry import NETWORKS
from explorer.errors import WeightsError

WeightsSource = TrainedWeights | Path
"""Where weights come from: known ones, or a file that Keras saved."""

# In the order in which they are tried.
SOURCES = MappingProxyType({source.name: source for network in NETWORKS.values() for source in network.trained})


def weight_source(name: str) -> TrainedWeights:
    """The weights called `name`.

    Raises:
        WeightsError: No weights have that name.
    """
    if name not in SOURCES:
        raise WeightsError(f"Weights must be one of {', '.join(SOURCES)}, got {name!r}.")
    return SOURCES[name]

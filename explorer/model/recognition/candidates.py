"""The configurations that a weights file can be of: what every network proposes for the clues in it."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from explorer.arch.knobs import Config
from explorer.arch.network import Clues, LayerClue, Network
from explorer.configuration.registry import NETWORKS, graph_of, network_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.keras_files.weight_files import WeightFile
from explorer.model.recognition.matching import kind_of
from explorer.model.recognition.told import Told


def candidates(
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


def no_network(shown_as: str, refusals: list[str]) -> WeightsError:
    """The refusal of a file that no network proposes anything for."""
    return WeightsError(f"{shown_as} does not hold the weights of an {refusals[0]}.")


def layer_clues(file: WeightFile) -> tuple[LayerClue, ...]:
    """The layers of `file` as clues."""
    return tuple(LayerClue(layer.name, kind_of(layer), layer.shapes) for layer in file.layers)

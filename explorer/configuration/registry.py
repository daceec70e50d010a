"""The networks that can be described, found in `explorer.networks`, and what is looked up among them."""

import pkgutil
from functools import lru_cache
from importlib import import_module

import explorer.networks
from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.network import Network, Preset
from explorer.errors import ConfigError
from explorer.networks import xception


def _found() -> tuple[Network, ...]:
    """The networks of every file, the one that the explorer is about first."""
    names = sorted(module.name for module in pkgutil.iter_modules(explorer.networks.__path__))
    files = [import_module(f"explorer.networks.{name}") for name in names]
    networks = [network for file in files for network in getattr(file, "NETWORKS", None) or (file.NETWORK,)]
    return (xception.NETWORK, *(each for each in networks if each is not xception.NETWORK))


NETWORKS: dict[str, Network] = {network.name: network for network in _found()}
PRESETS: dict[str, Preset] = {preset.name: preset for network in NETWORKS.values() for preset in network.presets}
DEFAULT_NETWORK = xception.NETWORK
"""The network that is meant without a name."""
PAPER: Config = DEFAULT_NETWORK.config()
"""The paper's Xception: where the knobs stand until somebody turns one."""

_BY_CONFIG = {network.config: network for network in NETWORKS.values()}
_PRESET_OF = {preset.config: preset for preset in PRESETS.values()}


def network_of(config: Config) -> Network:
    """The network that `config` configures."""
    return _BY_CONFIG[type(config)]


@lru_cache(maxsize=64)
def graph_of(config: Config) -> Graph:
    """The description of the network that `config` configures."""
    return network_of(config).describe(config)


def preset_of(config: Config) -> Preset | None:
    """The preset that `config` equals, if any."""
    return _PRESET_OF.get(config)


def preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        ConfigError: If there is none.
    """
    if name not in PRESETS:
        raise ConfigError(f"there is no preset {name!r}: choose one of {', '.join(PRESETS)}")
    return PRESETS[name]


def network(name: str) -> Network:
    """The network of that name.

    Raises:
        ConfigError: If there is none.
    """
    if name not in NETWORKS:
        raise ConfigError(f"there is no network {name!r}: choose one of {', '.join(NETWORKS)}")
    return NETWORKS[name]

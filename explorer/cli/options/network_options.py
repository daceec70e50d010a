"""The options that choose a network: made from the knobs, so that each range and word stands in one place."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any

import typer

from explorer.arch.knobs import Config, Flag, Knob, knobs
from explorer.arch.network import Network
from explorer.configuration.brought import usual_config, with_head_of
from explorer.configuration.options import option, turned
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, PRESETS, network, network_of, preset
from explorer.errors import ConfigError

_PANEL = "The network"


@dataclass(frozen=True, slots=True)
class _Shared:
    """The knobs of one name in all networks that have it, told as one option."""

    knobs: Mapping[str, Knob]
    """By the network's name."""

    @property
    def is_flag(self) -> bool:
        return all(isinstance(knob, Flag) for knob in self.knobs.values())

    @property
    def range(self) -> str:
        """The allowed values in the first network; the help tells where they differ."""
        return next(iter(self.knobs.values())).range

    @property
    def help(self) -> str:
        """What it does, which networks have it, and what is particular in some of them."""
        told = _grouped(self.knobs, lambda knob: knob.help)
        parts = [words if len(told) == 1 else f"{', '.join(names)}: {words}" for words, names in told.items()]
        notes = _grouped(self.knobs, lambda knob: knob.note)
        parts += [f"{', '.join(names)}: {words}" for words, names in notes.items() if words]
        ranges = _grouped(self.knobs, lambda knob: knob.range)
        parts += [f"{', '.join(names)}: {words}." for words, names in ranges.items() if words != self.range]
        if len(self.knobs) < len(NETWORKS):
            parts.append(f"Only of {', '.join(self.knobs)}.")
        return " ".join(parts)


def _grouped(knobs_of: Mapping[str, Knob], by: Callable[[Knob], str]) -> dict[str, list[str]]:
    """Names of the networks by what `by` says of their knob."""
    groups: dict[str, list[str]] = {}
    for name, knob in knobs_of.items():
        groups.setdefault(by(knob), []).append(name)
    return groups


def _shared() -> dict[str, _Shared]:
    """Every knob of any network, in the order in which the networks have them."""
    found: dict[str, dict[str, Knob]] = {}
    for network_name, described in NETWORKS.items():
        for name, knob in knobs(described.config).items():
            found.setdefault(name, {})[network_name] = knob
    return {name: _Shared(of_networks) for name, of_networks in found.items()}


_KNOBS = _shared()

NETWORK_OPTION = typer.Option(metavar="|".join(NETWORKS), help="Which network.", rich_help_panel=_PANEL)
PRESET_OPTION = typer.Option(
    metavar="|".join(PRESETS), help="Start from a preset; other options change it.", rich_help_panel=_PANEL
)


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """The options that choose a network, as they were given.

    Attributes:
        network: Name of the network.
        preset: Name of the preset.
        knobs: Texts (or flags) by knob, of those that were given.
    """

    network: str | None
    preset: str | None
    knobs: Mapping[str, Any]

    @property
    def named_network(self) -> Network | None:
        """The network that was named, or that of the preset that was; None if neither was.

        Raises:
            ConfigError: If there is none of that name.
        """
        if self.network is not None:
            return network(self.network)
        return network_of(preset(self.preset).config) if self.preset is not None else None

    def config(self, trained: Config | None = None) -> Config:
        """The configuration that the options describe.

        Args:
            trained: Of the weights that will be put into it, from which it takes what no option says.

        Raises:
            ConfigError: If an option is unknown or out of range, or the network chosen has no such knob.
        """
        return turned(self._start(trained), self.knobs)

    def _start(self, trained: Config | None) -> Config:
        if trained is None:
            return start(self.network, self.preset)
        if self.preset is None:
            return usual_config(network(self.network).config if self.network else type(trained), trained)
        return with_head_of(start(self.network, self.preset), trained)


def configured(command: Callable[..., None]) -> Callable[..., None]:
    """Gives `command(config, ...)` the options `--network`, `--preset` and one for each knob of any network."""
    return _with_options(command, NetworkOptions.config)


def network_options(command: Callable[..., None]) -> Callable[..., None]:
    """As `configured`, for `command(options, ...)` that knows the configuration only with its weights."""
    return _with_options(command, lambda options: options)


def _with_options(command: Callable[..., None], first: Callable[[NetworkOptions], Any]) -> Callable[..., None]:
    @wraps(command)
    def wrapper(network: str | None, preset: str | None, **rest: Any) -> None:
        texts = {name: rest.pop(name) for name in _KNOBS}
        given = {name: text for name, text in texts.items() if text is not None}
        command(first(NetworkOptions(network, preset, given)), **rest)

    own = list(inspect.signature(command).parameters.values())[1:]  # without the network
    parameters = [
        *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own),
        _parameter("network", Annotated[str | None, NETWORK_OPTION]),
        _parameter("preset", Annotated[str | None, PRESET_OPTION]),
        *(_parameter(name, _annotation(name, knob)) for name, knob in _KNOBS.items()),
    ]
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return wrapper


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _annotation(name: str, knob: _Shared) -> Any:
    if knob.is_flag:
        return Annotated[bool | None, typer.Option(help=knob.help, rich_help_panel=_PANEL)]
    return Annotated[str | None, typer.Option(option(name), metavar=knob.range, help=knob.help, rich_help_panel=_PANEL)]


def start(network_name: str | None, preset_name: str | None) -> Config:
    """The configuration that the knobs' options change.

    Raises:
        ConfigError: If the names are unknown or do not go together.
    """
    if preset_name is None:
        return network(network_name).config() if network_name is not None else DEFAULT_NETWORK.config()
    base = preset(preset_name).config
    if network_name is not None and network(network_name) != network_of(base):
        raise ConfigError(
            f"--preset {preset_name} is of network {network_of(base).name}, got --network {network_name}: "
            "leave one of the two out"
        )
    return base

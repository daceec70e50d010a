"""A configuration as options of the command line; for links see `explorer.configuration.link`."""

from explorer.arch.knobs import Config, Flag, knobs
from explorer.configuration.registry import DEFAULT_NETWORK, network_of


def option(name: str) -> str:
    """The option of a knob: `--input-size` of `input_size`."""
    return f"--{name.replace('_', '-')}"


def to_options(config: Config, start: Config) -> list[str]:
    """The options that turn `start`, a configuration of the same network, into `config`.

    The network itself is named first, unless it is the one that is meant without a name.
    """
    described = network_of(config)
    options = [] if described is DEFAULT_NETWORK else ["--network", described.name]
    for name, knob in knobs(type(config)).items():
        value = getattr(config, name)
        if value == getattr(start, name):
            continue
        if isinstance(knob, Flag):
            options.append(option(name) if value else option(f"no_{name}"))
        else:
            options += [option(name), knob.text(value)]
    return options

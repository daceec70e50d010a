"""A configuration as one word of a link: the network's name, and each knob that is turned: `xception~width.0.5`."""

from explorer.arch.knobs import Config, knobs
from explorer.configuration.link import NETWORK, shown, to_query
from explorer.configuration.registry import DEFAULT_NETWORK, network
from explorer.errors import ConfigError

_BETWEEN, _VALUE = "~", "."
_MOST_CHARACTERS = 1000


def to_token(config: Config) -> str:
    """The word; it holds no space, so that several can stand behind each other."""
    query = to_query(config)
    name = query.pop(NETWORK, DEFAULT_NETWORK.name)
    return _BETWEEN.join((name, *(f"{knob}{_VALUE}{text.replace(' ', '')}" for knob, text in query.items())))


def from_token(token: str) -> Config:
    """The configuration that the word is of.

    Raises:
        ConfigError: If it names no network, or a knob that is unknown or out of range.
    """
    if len(token) > _MOST_CHARACTERS:
        raise ConfigError(f"a configuration in a link has at most {_MOST_CHARACTERS:,} characters, got {len(token):,}")
    name, *turned = token.split(_BETWEEN)
    described = network(name)
    fields, values = knobs(described.config), {}
    for part in turned:
        field, _, text = part.partition(_VALUE)
        if field not in fields:
            raise ConfigError(f"{described.title} has no knob {shown(field)}: its knobs are {', '.join(fields)}")
        try:
            asked = fields[field].parse(text)
        except (ValueError, OverflowError):
            raise ConfigError(f"{field} must be {fields[field].range}, got {shown(text)}") from None
        values[field] = fields[field].check(field, asked)
    return described.config(**values)

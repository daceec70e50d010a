"""A configuration as the query of a link, and back: whatever the link says, the nearest valid configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.arch.knobs import Config, knobs
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, network_of
from explorer.errors import ConfigError

NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a link was read as: the configuration, and a sentence for each thing in it that could not be taken."""

    config: Config
    ignored: tuple[str, ...]


def to_query(config: Config) -> dict[str, str]:
    """The query that reproduces `config`; whatever stands at its default is left out."""
    described = network_of(config)
    query = {} if described is DEFAULT_NETWORK else {NETWORK: described.name}
    default = described.config()
    for name, knob in knobs(type(config)).items():
        value = getattr(config, name)
        if value != getattr(default, name):
            query[name] = knob.text(value)
    return query


def from_query(query: Mapping[str, str]) -> Reading:
    """The configuration nearest to what `query` asks for. Never raises, whatever the link holds."""
    ignored = []
    name = query.get(NETWORK, DEFAULT_NETWORK.name)
    if name not in NETWORKS:
        ignored.append(f"network={shown(name)}: there is no such network; {DEFAULT_NETWORK.title} is shown.")
    config = NETWORKS.get(name, DEFAULT_NETWORK).config
    fields = knobs(config)
    values: dict[str, Any] = {}
    for field, text in query.items():
        if field == NETWORK:
            continue
        if field not in fields:
            ignored.append(f"{shown(field)}: there is no such knob.")
            continue
        knob = fields[field]
        try:
            asked = knob.parse(text)
            values[field] = knob.nearest(asked)
        except (ValueError, OverflowError):
            ignored.append(f"{field}={shown(text)}: must be {knob.range}; the default is shown.")
            continue
        try:
            knob.check(field, asked)
        except ConfigError:
            taken = knob.text(values[field])
            ignored.append(f"{field}={shown(text)}: must be {knob.range}; {taken} is shown.")
    return Reading(config(**values), tuple(ignored))


def shown(text: str) -> str:
    """`text` quoted, short enough, and plain enough, to be repeated on a page."""
    plain = "".join(c for c in text if c.isprintable() and c not in "`<>[]()*_$\\#|~") if len(text) < 10_000 else ""
    return repr(plain if len(plain) <= 30 else plain[:30] + "...")

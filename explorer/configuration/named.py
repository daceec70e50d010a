"""A configuration by whatever names it: a network, a preset, or its knobs as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explorer.arch.knobs import Config, knobs
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, PRESETS, network, network_of, preset_of
from explorer.errors import ConfigError

_MOST_BYTES = 1 << 20


def config_named(text: str) -> Config:
    """The configuration that `text` names.

    Args:
        text: A network's name, a preset's, a JSON object of knobs, `{"network": "mobilenet", "alpha": 0.5}`, or the
            path of a file with such an object or with what `tally --format json` prints. Names go before paths.

    Raises:
        ConfigError: If it is none of these, or a knob is out of range.
    """
    if text in NETWORKS:
        return NETWORKS[text].config()
    if text in PRESETS:
        return PRESETS[text].config
    return _config_of(_object(text if text.lstrip().startswith("{") else _file(text), text))


def name_of(config: Config) -> str:
    """The shortest name that `config_named` reads as `config`: a network's, a preset's, or JSON of what is turned."""
    described, default = network_of(config), type(config)()
    if config == default:
        return described.name
    if preset := preset_of(config):
        return preset.name
    values = {name: getattr(config, name) for name in knobs(type(config))}
    turned = {name: value for name, value in values.items() if value != getattr(default, name)}
    return json.dumps({"network": described.name, **turned})


def title_of(config: Config) -> str:
    """What a configuration is called: a preset's title, or the network's with the knobs that are turned."""
    if preset := preset_of(config):
        return preset.title
    described, default = network_of(config), type(config)()
    turned = [
        f"{knob.label} {knob.text(getattr(config, name))}"
        for name, knob in knobs(type(config)).items()
        if getattr(config, name) != getattr(default, name)
    ]
    return f"{described.title} ({', '.join(turned)})" if turned else described.title


def _file(text: str) -> str:
    path = Path(text)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{text} has more than {_MOST_BYTES >> 20} MiB: a configuration is a small JSON file")
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        known = ", ".join(dict.fromkeys((*NETWORKS, *PRESETS)))
        raise ConfigError(
            f"there is no network, preset or readable file {text!r}: choose one of {known}, or give a JSON object "
            'such as {"network": "mobilenet", "alpha": 0.5}'
        ) from None


def _object(text: str, told: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ConfigError(f'expected a JSON object of knobs such as {{"middle_repeats": 4}}, got {told[:60]!r}')
    if isinstance(found.get("config"), dict):  # as `tally` prints it
        return {**found["config"], "network": found.get("network", DEFAULT_NETWORK.name)}
    return found


def _config_of(told: Mapping[str, Any]) -> Config:
    name = told.get("network", DEFAULT_NETWORK.name)
    described = network(name) if isinstance(name, str) else network(repr(name))
    fields = knobs(described.config)
    values: dict[str, Any] = {}
    for field, value in told.items():
        if field == "network":
            continue
        if field not in fields:
            raise ConfigError(f"{described.title} has no knob {field!r}: its knobs are {', '.join(fields)}")
        knob = fields[field]
        try:
            read = knob.parse(value) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
        except (ValueError, OverflowError):
            raise ConfigError(f"{field} must be {knob.range}, got {value!r}") from None
        values[field] = knob.check(field, read)
    return described.config(**values)

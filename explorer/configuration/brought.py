"""What trained weights bring along: the size that they were trained at, and their head."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from explorer.arch.common_knobs import HEAD
from explorer.arch.knobs import INPUT_SIZE, Config, knobs


def brought_by(trained: Config, freed: Collection[str] = ()) -> dict[str, Any]:
    """The knobs that stand as in the network `trained` wherever its weights are used, by name; but for `freed` ones."""
    names = (name for name, knob in knobs(type(trained)).items() if name == INPUT_SIZE or knob.group == HEAD)
    return {name: getattr(trained, name) for name in names if name not in freed}


def with_head_of(config: Config, trained: Config, freed: Collection[str] = ()) -> Config:
    """`config` with the input size and the head of the network `trained`, as far as it has such knobs.

    Args:
        config: What a person turned the knobs to.
        trained: The network that the weights were trained in.
        freed: Names of knobs that stay as the person turned them.
    """
    own = knobs(type(config))
    return replace(config, **{name: value for name, value in brought_by(trained, freed).items() if name in own})


def with_head_alone_of(config: Config, trained: Config) -> Config:
    """`config` with the head of the network `trained`, at its own input size."""
    changed = with_head_of(config, trained)
    return (
        replace(changed, **{INPUT_SIZE: getattr(config, INPUT_SIZE)}) if INPUT_SIZE in knobs(type(config)) else changed
    )


def usual_config(network: type[Config], trained: Config | None) -> Config:
    """Where a network's knobs stand until somebody turns one: as in `trained`, whose weights are put into it.

    Another network than the trained one has its own defaults, and takes size and head alone; without trained weights
    all knobs are at their defaults.
    """
    if trained is None:
        return network()
    return trained if network is type(trained) else with_head_of(network(), trained)

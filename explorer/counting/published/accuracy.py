"""What accuracy was published of which configuration, beside what that configuration costs as counted here."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from explorer.arch.knobs import Config, Knob, knobs
from explorer.arch.network import Network
from explorer.configuration.registry import NETWORKS, graph_of, network_of
from explorer.counting.tally import tally

Accuracy = Literal["top1", "top5"]
"""By the names that the two have in `AccuracyPoint`."""

_QUANTITIES: dict[str, Accuracy] = {"top-1 accuracy": "top1", "top-5 accuracy": "top5"}


@dataclass(frozen=True, slots=True)
class AccuracyPoint:
    """One measurement that somebody published.

    Attributes:
        network: Title of the network.
        config: What was measured, as far as it can be described here.
        source: Where it is printed.
        note: What one must know to read it.
        params: Parameters of `config`, trainable and not, as counted here.
        macs: Multiply-adds of `config` for one image, as counted here.
        top1: Share of ImageNet's validation images whose class is the first guess; None if it is not printed.
        top5: Share of them whose class is among the first five guesses; None if it is not printed.
    """

    network: str
    config: Config
    source: str
    note: str
    params: int
    macs: int
    top1: float | None = None
    top5: float | None = None

    @property
    def turned(self) -> str:
        """The knobs that do not stand where the network's own configuration has them: "alpha 0.75, 192 px"."""
        own = type(self.config)()
        words = []
        for name, knob in knobs(type(self.config)).items():
            value = getattr(self.config, name)
            if value != getattr(own, name) and not knob.in_training_alone:
                words.append(_in_words(name, knob, value))
        return ", ".join(words)


def _in_words(name: str, knob: Knob, value: Any) -> str:
    if value is True:
        return knob.label.lower()
    return f"{knob.text(value)} {knob.unit}" if knob.unit else f"{name.replace('_', ' ')} {knob.text(value)}"


@cache
def accuracy_points() -> tuple[AccuracyPoint, ...]:
    """Every published accuracy on ImageNet, network after network as the registry has them."""
    return tuple(point for network in NETWORKS.values() for point in _points(network))


@cache
def without_accuracy() -> tuple[str, ...]:
    """Titles of the networks of which nobody published an accuracy on ImageNet."""
    measured = {network_of(point.config).name for point in accuracy_points()}
    return tuple(network.title for network in NETWORKS.values() if network.name not in measured)


def _points(network: Network) -> list[AccuracyPoint]:
    """One point for each source and configuration, in the order in which they are published."""
    points: dict[tuple[str, Config], AccuracyPoint] = {}
    for figure in network.published:
        if figure.quantity not in _QUANTITIES:
            continue
        config = figure.config or network.config()
        key = (figure.source, config)
        if key not in points:
            counted = tally(graph_of(config))
            points[key] = AccuracyPoint(network.title, config, figure.source, figure.note, counted.params, counted.macs)
        which = _QUANTITIES[figure.quantity]
        points[key] = replace(points[key], **{which: figure.value})  # type: ignore[arg-type]
    return list(points.values())

"""What must be on each person's screen: counted and computed in this process, before anybody asks the app.

No two people have the same answer to anything, so that one's answer on another's screen is noticed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.arch.places.taps import find_tap, first_tap, last_tap
from explorer.compute import answers
from explorer.compute.loaded_networks import LoadedNetworks
from explorer.configuration.brought import with_head_of
from explorer.configuration.registry import DEFAULT_NETWORK, graph_of
from explorer.counting.tally import Tally, tally
from explorer.model.sources.store import available
from explorer.networks.xception import XceptionConfig
from explorer.vision.look import Look
from explorer.vision.methods.target import Target
from explorer.vision.pictures.picture import picture
from explorer.vision.results import Prediction
from tests.load.people.photographs import Photograph, photographs

USUAL = ""
"""Stands for the layer that a page looks at unless told otherwise: the last on Explain, the first on Feature maps."""

_LENGTHS = (2, 5, 7, 3, 6, 1, 4)
"""Of the middle flow: with all eight of the trained modules, or more, the answers are the same."""

_LAYERS = ("block2_sepconv2", "block3_sepconv1", "block4_sepconv2", "block5_sepconv1", "block5_sepconv3")
"""Those that the network has whatever its length."""

_APART = 0.005
"""Two people's probabilities differ by more, of one class at least."""

_SUREST = 0.98
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class MapNumbers:
    """A heat map in numbers.

    Attributes:
        layer: Where it is.
        largest: Its largest value.
        smallest: Its smallest value.
        cells: Rows and columns.
    """

    layer: str
    largest: float
    smallest: float
    cells: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChannelNumbers:
    """All channels of a layer in numbers.

    Attributes:
        layer: Which layer's.
        largest: The largest value of all.
        smallest: The smallest.
    """

    layer: str
    largest: float
    smallest: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What the network of one length says about a person's photograph.

    Attributes:
        classes: Names and probabilities, the most probable first.
        logit: Of the most probable class.
        maps: Of the most probable class by Grad-CAM, by layer.
        channels: What the layers' channels hold, by layer.
    """

    classes: tuple[tuple[str, float], ...]
    logit: float
    maps: dict[str, MapNumbers]
    channels: dict[str, ChannelNumbers]


@dataclass(frozen=True, slots=True)
class Truth:
    """One person's: a photograph, a configuration, and what follows from them.

    Attributes:
        photograph: The person's own.
        config: Where the knobs stand at first.
        layers: Where the person looks, the usual place first.
        answers: By length of the middle flow.
    """

    photograph: Photograph
    config: XceptionConfig
    layers: tuple[str, ...]
    answers: dict[int, Answers]

    def counted(self, length: int, input_size: int) -> Tally:
        """The person's network with these two knobs turned."""
        return tally(graph_of(replace(self.config, middle_repeats=length, input_size=input_size)))


def truths(people: int, *, networks: int, lengths: int, layers: int) -> list[Truth]:
    """What is true for each of so many people.

    Args:
        people: Their number.
        networks: Lengths of the middle flow that there are in all; at most seven.
        lengths: Lengths that each person turns to.
        layers: Layers that each person looks at beside the usual.
    """
    loaded = LoadedNetworks(lambda: _MOST_BYTES)
    of_lengths = [[_LENGTHS[(number + step) % networks] for step in range(lengths)] for number in range(people)]
    chosen = _photographs(loaded, of_lengths)
    found = []
    for number, photograph in enumerate(chosen):
        places = (USUAL, *(_LAYERS[(number + step) % len(_LAYERS)] for step in range(layers)))
        # Where weights run they set size and head: these are the person's own on the other pages.
        config = XceptionConfig(middle_repeats=of_lengths[number][0], input_size=160 + 7 * number, classes=20 + number)
        known = {length: _answers(loaded, photograph, length, places) for length in of_lengths[number]}
        found.append(Truth(photograph, config, places, known))
    return found


def _photographs(loaded: LoadedNetworks, of_lengths: Sequence[Sequence[int]]) -> list[Photograph]:
    """One for each person, with answers that nobody else has."""
    chosen: list[Photograph] = []
    taken: list[np.ndarray] = []
    offered = photographs()
    for lengths in of_lengths:
        while True:
            photograph = next(offered)
            own = [_prediction(loaded, photograph, length).probabilities for length in lengths]
            if all(_tells(each, taken) for each in own):
                break
        chosen.append(photograph)
        taken += own
    return chosen


def _tells(own: np.ndarray, taken: Sequence[np.ndarray]) -> bool:
    """Whether these probabilities are nobody else's, nor nearly certain, as many others' might be."""
    return own.max() < _SUREST and all(np.abs(own - other).max() > _APART for other in taken)


def _look(photograph: Photograph, length: int) -> Look:
    source = available(DEFAULT_NETWORK)[0]
    config = with_head_of(XceptionConfig(middle_repeats=length), source.config)
    return Look(picture(photograph.name, photograph.data), config, source)


def _prediction(loaded: LoadedNetworks, photograph: Photograph, length: int) -> Prediction:
    return answers.prediction(loaded, _look(photograph, length))


def _answers(loaded: LoadedNetworks, photograph: Photograph, length: int, layers: Sequence[str]) -> Answers:
    look, prediction = _look(photograph, length), _prediction(loaded, photograph, length)
    target = Target(int(prediction.logits.argmax()))
    maps, channels = {}, {}
    for layer in layers:
        tap = last_tap(look.graph) if layer == USUAL else find_tap(look.graph, layer)
        heat_map = answers.heat_map(loaded, look, "grad-cam", tap, target)
        rows, columns = heat_map.signed.shape
        maps[layer] = MapNumbers(tap.layer, float(heat_map.signed.max()), float(heat_map.signed.min()), (rows, columns))
        tap = first_tap(look.graph) if layer == USUAL else find_tap(look.graph, layer)
        of_layer = answers.stage_values(loaded, look, tap.node)
        channels[layer] = ChannelNumbers(tap.layer, float(of_layer.max()), float(of_layer.min()))
    classes = tuple((each.label or "", each.probability) for each in prediction.top)
    return Answers(classes, float(prediction.logits.max()), maps, channels)

"""All caches of the app: bounded, shared by the sessions, keyed by frozen values, holding only immutable ones.

A picture is known by the hash of its bytes: only who has the bytes can ask for what was made of them.

What is small is bounded by number. Networks, and what is computed with them, are bounded by bytes: all together take
as much as one network may take while it runs.
"""

import gc
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.registry import graph_of
from explorer.counting.tally import Tally
from explorer.counting.tally import tally as tally_of
from explorer.model.budget import memory_budget
from explorer.model.sources.known import WeightsFile, WeightsSource
from explorer.ui.session.lru_cache import SharedLRUCache
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture
from explorer.vision.pictures.samples import Sample

# Everything else is imported where it is first needed: counting, the first thing a person sees, waits for neither
# NumPy nor an engine.
if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from explorer.arch.places.taps import Tap
    from explorer.figures.maps.common_scale import Scale
    from explorer.figures.maps.map_grid import GridPicture
    from explorer.model.gradients.activations import Activations
    from explorer.model.gradients.tail import Gradients
    from explorer.model.keras_model.verify import Verification
    from explorer.model.weights.trained_networks import TrainedNetwork
    from explorer.vision.checks.judgement import BranchShare
    from explorer.vision.checks.sanity import SanityCheck
    from explorer.vision.explainer import Explainer
    from explorer.vision.features.channels import ChannelStatistics
    from explorer.vision.features.separable_steps import By, SeparableSteps
    from explorer.vision.methods.heat_map import HeatMap
    from explorer.vision.methods.target import Target
    from explorer.vision.results import Prediction

PREVIEW_PX = 640

_networks = SharedLRUCache(
    lambda: memory_budget() * 3 // 4, on_release=gc.collect
)  # a Keras model sits in reference cycles
_results = SharedLRUCache(lambda: memory_budget() // 4)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture as people and as a network see it.

    Attributes:
        width: Of the upright original, px.
        height: Likewise.
        preview: The upright picture as JPEG, at most `PREVIEW_PX` on a side.
        tensor: (1, size, size, 3), float32 in [-1, 1], read-only: exactly what the network gets.
        as_seen: The tensor as PNG, pixel for pixel.
    """

    width: int
    height: int
    preview: bytes
    tensor: "np.ndarray"
    as_seen: bytes


@dataclass(frozen=True, slots=True)
class DrawnGrid:
    """A grid of maps as a picture file: a fraction of what its pixels take.

    Attributes:
        png: The file.
        rows: Of cells.
        columns: Of cells.
        area: Where they lie, as `explorer.figures.maps.map_grid.GridPicture` has it.
    """

    png: bytes
    rows: int
    columns: int
    area: tuple[float, float, float, float]


@st.cache_resource(max_entries=64, show_spinner=False)
def tally(config: Config) -> Tally:
    """The tally of a configuration."""
    return tally_of(graph_of(config))


@st.cache_resource(max_entries=16, show_spinner="Building with Keras and comparing every layer …")
def verification(config: Config) -> "Verification":
    """The tally held against the model that Keras builds."""
    from explorer.model.keras_model.verify import verify

    return verify(graph_of(config), profile=True)


@_networks.keeps("Reading the weights …")
def trained(source: WeightsSource) -> "TrainedNetwork":
    """Pretrained weights and the configuration that they were trained in."""
    from explorer.model.weights.trained_networks import load_trained

    return load_trained(source)


@_results.keeps()
def obstacles(config: Config, source: WeightsSource) -> tuple[str, ...]:
    """What keeps the weights of `source` out of the network `config`; nothing if they fit."""
    from explorer.model.weights.transplant import obstacles

    known = trained(source)
    return obstacles(config, known.config, known.weights, known.head)


@st.cache_resource(max_entries=1, show_spinner=False)
def engine_remark() -> str:
    """Why another engine than the default runs; nothing if it does not."""
    from explorer.model.engines.choice import chosen_engine

    return chosen_engine().remark


@_results.keeps("Reading the picture …")
def seen(digest: str, size: int, channels: int, _data: bytes) -> Seen:
    """The picture with the bytes `_data`, and what a network of `size` px and so many colour channels sees of it."""
    from explorer.vision.pictures.images import as_seen, decode, network_input

    image = decode(_data)
    tensor = network_input(image, size, channels)
    tensor.flags.writeable = False
    width, height = image.size
    image.thumbnail((PREVIEW_PX, PREVIEW_PX))
    return Seen(width, height, _bytes(image, "JPEG", quality=90), tensor, _bytes(as_seen(tensor), "PNG"))


def seen_in(look: Look) -> Seen:
    """The picture, and what the network sees of it."""
    size, _, channels = look.graph.input_shape
    return seen(look.picture.digest, size, channels, look.picture.data)


@st.cache_resource(max_entries=64, show_spinner=False)
def sample_preview(sample: Sample) -> bytes:
    """A sample cut to 3 : 2, so that the samples stand in a row."""
    from PIL import ImageOps

    from explorer.vision.pictures.images import decode

    return _bytes(ImageOps.fit(decode(sample.file.read_bytes()), (360, 240), centering=(0.5, 0.25)), "JPEG", quality=90)


@_results.keeps("Classifying …")
def prediction(look: Look) -> "Prediction":
    """What the network says about a picture, the classes by name."""
    from explorer.vision.classification import classify

    names = trained(look.weights).class_names if look.weights else None
    return classify(explainer_of(look).engine, seen_in(look).tensor, names, top=10)


@_networks.keeps("Putting the weights into the network …")
def explainer(config: Config, source: WeightsSource | None) -> "Explainer":
    """The network `config` with the weights of `source` if they fit it, else random ones, ready to be asked why."""
    from explorer.model.weights.arrays import random_weights
    from explorer.model.weights.heads import graph_with_head, kept_head
    from explorer.model.weights.transplant import transplant
    from explorer.vision.explainer import Explainer

    if source is None:
        graph = graph_of(config)
        return Explainer(graph, random_weights(graph))
    known = trained(source)
    graph = graph_with_head(config, kept_head(config, known.config, known.head))
    return Explainer(graph, transplant(config, known.config, known.weights, known.head))


def look_at(picture: Picture, config: Config, source: WeightsSource | None) -> Look:
    """A picture in a network with weights, whose own head it gets where no knob describes that.

    Raises:
        WeightsError: If the weights are not here or unreadable.
    """
    if not isinstance(source, WeightsFile):
        return Look(picture, config, source)
    from explorer.model.weights.heads import kept_head

    known = trained(source)
    return Look(picture, config, source, kept_head(config, known.config, known.head))


def config_of(source: WeightsSource) -> Config:
    """The configuration that weights were trained in."""
    return trained(source).config if isinstance(source, WeightsFile) else source.config


def is_classifier(source: WeightsSource | None) -> bool:
    """Whether a network with these weights tells classes apart; a file without a head does not."""
    return not isinstance(source, WeightsFile) or trained(source).is_classifier


def forget(is_meant: "Callable[[Hashable], bool]") -> None:
    """Lets go of networks and results whose keys are meant."""
    _networks.forget(is_meant)
    _results.forget(is_meant)


def explainer_of(look: Look) -> "Explainer":
    """The network that is looked into."""
    return explainer(look.config, look.weights)


@_results.keeps("One pass through the network …")
def activations(look: Look) -> "Activations":
    """What a picture leaves in the network, from which all that follows starts: up to 91 MB for the paper's."""
    return explainer_of(look).activations(seen_in(look).tensor)


@_results.keeps("From the layer to the logits and back …")
def gradients(
    look: Look,
    node: str,
    target: "Target",
) -> "Gradients":
    """Value of a node and the derivative of the target's score by it."""
    return explainer_of(look).gradients(activations(look), node, target)


@_results.keeps("Asking the network; the first question waits for TensorFlow to load …")
def heat_map(
    look: Look,
    method: str,
    tap: "Tap | None",
    target: "Target",
) -> "HeatMap":
    """The map of a picture by a method that is not slow."""
    seen_by_network = activations(look)
    return explainer_of(look).heat_map(method, seen_by_network, target, tap)


def finished(*key: Hashable) -> Any:
    """What took long, and was computed in sight of the person: kept by `keep_finished`, or None."""
    return _results.find(key)


def keep_finished(result: Any, *key: Hashable) -> None:
    """Keeps what took long for whoever asks again."""
    _results.put(key, result)


@_results.keeps("The same map with random weights above …")
def sanity_check(
    look: Look,
    method: str,
    tap: "Tap | None",
    target: "Target",
) -> "SanityCheck":
    """A map and its double by random weights, for methods that are not slow."""
    seen_by_network = activations(look)
    known = heat_map(look, method, tap, target)
    return explainer_of(look).sanity_check(seen_by_network, known)


@_results.keeps("What passes by on the shortcut …")
def branch_share(
    look: Look,
    tap: "Tap",
    target: "Target",
) -> "BranchShare | None":
    """What of the evidence passes through the branch that the tap is in."""
    return explainer_of(look).branch_share(activations(look), tap, target)


@_results.keeps("Measuring a pass …")
def pass_seconds(config: Config, source: WeightsSource | None) -> float:
    """How long one pass through the network takes here: the second, the first being slower."""
    import numpy as np

    engine = explainer(config, source).engine
    image = np.zeros((1, *explainer(config, source).graph.input_shape), np.float32)
    engine.run(image)
    start = perf_counter()
    engine.run(image)
    return perf_counter() - start


@_results.keeps("Through the whole network and back …")
def film(look: Look, target: "Target") -> "tuple[HeatMap, ...]":
    """Grad-CAM at every convolution and at what each module hands on."""
    return explainer_of(look).film(activations(look), target)


@_results.keeps("Computing the stage …")
def stage_values(look: Look, node: str) -> "np.ndarray":
    """(1, height, width, channels): a node of the written-out graph, read-only."""
    known = activations(look)
    values = explainer_of(look).values(known, [node])[node]
    values.flags.writeable = False
    return values


@_results.keeps()
def scale(look: Look, node: str, signed: bool) -> "Scale":
    """The colours that all channels of a node share; signed anyway if values lie below 0."""
    from explorer.figures.maps.common_scale import common_scale

    values = stage_values(look, node)
    return common_scale(values, signed=signed or bool(values.min() < 0))


@_results.keeps()
def channel_statistics(
    look: Look,
    node: str,
    target: "Target | None",
) -> "ChannelStatistics":
    """Of every channel of a node; with contributions to the target's score if there is one."""
    from explorer.vision.features.channels import channel_statistics

    values = stage_values(look, node)
    gradient = gradients(look, node, target).gradient if target else None
    return channel_statistics(values, gradient)


@_results.keeps()
def drawn_channels(
    look: Look,
    node: str,
    numbers: tuple[int, ...],
    common: bool,
    _draw: "Callable[[], GridPicture]",
) -> DrawnGrid:
    """What `_draw` makes of channels of a node, in colours that all share or in each one's own."""
    from explorer.figures.maps.overlay import png_bytes

    grid = _draw()
    return DrawnGrid(png_bytes(grid.picture), grid.rows, grid.columns, grid.area)


@_results.keeps("Taking the separable convolution apart …")
def separable_steps(
    look: Look,
    layer: str,
    input_node: str,
    channel: int,
    by: "By",
) -> "SeparableSteps":
    """How a separable convolution, which reads `input_node`, makes one of its output channels."""
    from explorer.vision.features.separable_steps import take_apart

    known = stage_values(look, input_node)
    return take_apart(look.graph, explainer_of(look).weights, layer, known, channel, by=by)


def _bytes(image: "Image.Image", form: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()

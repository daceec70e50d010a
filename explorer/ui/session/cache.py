"""All caches of the app: bounded, shared by the sessions, keyed by frozen values, holding only immutable ones.

A picture is known by the hash of its bytes: only who has the bytes can ask for what was made of them.

What is small is bounded by number, answers by bytes. They are asked of `explorer.compute`, where networks live: this
process never computes with one. What a run asks for many times is kept by Python's own cache: Streamlit's walks through
the whole of a key at each call.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from explorer.arch.knobs import Config
from explorer.compute.choice import compute
from explorer.compute.keys import mentions
from explorer.compute.pace import Pace
from explorer.compute.question import Question, in_look, of_network
from explorer.configuration.registry import graph_of
from explorer.counting.tally import Tally
from explorer.counting.tally import tally as tally_of
from explorer.model.budget import memory_budget
from explorer.model.sources.known import WeightsFile, WeightsSource
from explorer.ui.session.asking import answered
from explorer.ui.session.kept_answers import KeptAnswers
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture
from explorer.vision.pictures.samples import Sample

# Everything else is imported where it is first needed: counting, the first thing a person sees, waits for neither
# NumPy nor an engine.
if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from explorer.arch.places.taps import Tap
    from explorer.compute.answers import NetworkFacts
    from explorer.counting.measured.timing import Timing
    from explorer.figures.charts.style import Chart
    from explorer.figures.maps.common_scale import Scale
    from explorer.figures.maps.map_grid import GridPicture
    from explorer.figures.maps.map_sheet import Sheet
    from explorer.model.gradients.activations import Pass
    from explorer.model.keras_model.verify import Verification
    from explorer.model.weights.trained_networks import TrainedFacts
    from explorer.vision.checks.covering import Box
    from explorer.vision.checks.faithfulness import Faithfulness
    from explorer.vision.checks.judgement import BranchShare
    from explorer.vision.checks.sanity import SanityCheck
    from explorer.vision.features.activation_maximization import Maximization
    from explorer.vision.features.channels import ChannelStatistics
    from explorer.vision.features.energies import LayerEnergy
    from explorer.vision.features.kernels import ConvolutionKernels, FirstFilters, SeparableWeights
    from explorer.vision.features.module_maps import ModuleMap
    from explorer.vision.features.separable_steps import By, SeparableSteps
    from explorer.vision.methods.heat_map import HeatMap
    from explorer.vision.methods.target import Target
    from explorer.vision.results import Prediction

PREVIEW_PX = 640

_answers = KeptAnswers(lambda: memory_budget() // 8)

R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture as people and as a network see it.

    Attributes:
        width: Of the upright original, px.
        height: Likewise.
        preview: The upright picture as JPEG, at most `PREVIEW_PX` on a side.
        preview_size: Its width and height, px.
        tensor: (1, size, size, 3), float32 in [-1, 1], read-only: exactly what the network gets.
        as_seen: The tensor as PNG, pixel for pixel.
    """

    width: int
    height: int
    preview: bytes
    preview_size: tuple[int, int]
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


@lru_cache(maxsize=64)
def tally(config: Config) -> Tally:
    """The tally of a configuration."""
    return tally_of(graph_of(config))


def chart(draw: "Callable[[], Chart]", *of: Hashable) -> "Chart":
    """What `draw` draws, once for all who look at the same.

    Args:
        draw: A function of a module, alone or with `functools.partial`.
        of: All that the chart depends on.
    """
    name = getattr(draw, "func", draw).__qualname__
    return _answers.get(("chart", name, *of), draw)


def picture_file(draw: "Callable[[], bytes]", *of: Hashable) -> bytes:
    """The file that `draw` makes, once for all who look at the same; arguments as of `chart`."""
    name = getattr(draw, "func", draw).__qualname__
    return _answers.get(("file", name, *of), draw)


@st.cache_resource(max_entries=16, show_spinner=False)
def verification(config: Config) -> "Verification":
    """The tally held against the model that Keras builds."""
    from explorer.compute import answers

    return answered(Question(answers.verification, (config,)), "Building with Keras and comparing every layer …")


@_answers.keeps()
def trained(source: WeightsSource) -> "TrainedFacts":
    """What there is to say of pretrained weights: the configuration that they were trained in, names of classes."""
    from explorer.compute import answers

    return answered(Question(answers.trained, (source,), source), "Reading the weights …")


@_answers.keeps()
def network(config: Config, source: WeightsSource | None) -> "NetworkFacts":
    """What there is to say of the network `config` with the weights of `source`, random ones if they do not fit it."""
    from explorer.compute import answers

    return answered(
        of_network(config, source, answers.network, config, source), "Putting the weights into the network …"
    )


@_answers.keeps()
def obstacles(config: Config, source: WeightsSource) -> tuple[str, ...]:
    """What keeps the weights of `source` out of the network `config`; nothing if they fit."""
    from explorer.compute import answers

    return answered(Question(answers.obstacles, (config, source), source), "Reading the weights …")


@st.cache_resource(max_entries=1, show_spinner=False)
def engine_remark() -> str:
    """Why another engine than the default runs; nothing if it does not."""
    from explorer.model.engines.choice import chosen_engine

    return chosen_engine().remark


@_answers.keeps()
def seen(digest: str, size: int, channels: int, _data: bytes) -> Seen:
    """The picture with the bytes `_data`, and what a network of `size` px and so many colour channels sees of it."""
    from explorer.vision.pictures.images import as_seen, decode, network_input

    image = decode(_data)
    tensor = network_input(image, size, channels)
    tensor.flags.writeable = False
    width, height = image.size
    image.thumbnail((PREVIEW_PX, PREVIEW_PX))
    return Seen(width, height, _bytes(image, "JPEG", quality=90), image.size, tensor, _bytes(as_seen(tensor), "PNG"))


def seen_in(look: Look) -> Seen:
    """The picture, and what the network sees of it."""
    size, _, channels = look.graph.input_shape
    return seen(look.picture.digest, size, channels, look.picture.data)


@lru_cache(maxsize=64)
def sample_preview(sample: Sample) -> bytes:
    """A sample cut to 3 : 2, so that the samples stand in a row."""
    return _tile(sample.file.read_bytes())


@_answers.keeps()
def tile(digest: str, _data: bytes) -> bytes:
    """A picture with the bytes `_data`, cut as `sample_preview` is."""
    return _tile(_data)


def _tile(data: bytes) -> bytes:
    from PIL import ImageOps

    from explorer.vision.pictures.images import decode

    return _bytes(ImageOps.fit(decode(data), (360, 240), centering=(0.5, 0.25)), "JPEG", quality=90)


@_answers.keeps()
def prediction(look: Look) -> "Prediction":
    """What the network says about a picture, the classes by name."""
    from explorer.compute import answers

    return answered(in_look(look, answers.prediction), "Classifying …")


@_answers.keeps()
def covered_prediction(look: Look, box: "Box", filling: "str | Look") -> "Prediction":
    """What the network says about a picture of which a box is covered, with gray, a blur or another picture."""
    from explorer.compute import answers

    return answered(in_look(look, answers.covered_prediction, box, filling), "Classifying what is left …")


@_answers.keeps()
def filler_picture(look: Look, filling: "str | Look") -> bytes:
    """What places of a picture are covered with, as PNG, pixel for pixel as the network gets it."""
    from explorer.compute import answers
    from explorer.vision.pictures.images import as_seen

    return _bytes(as_seen(answered(in_look(look, answers.filler, filling))), "PNG")


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


def forget(part: Hashable) -> None:
    """Lets go of everything that is known by a key in which `part` stands, here and where networks live."""
    _answers.forget(lambda key: mentions(key, part))
    compute().forget(part)


@_answers.keeps()
def one_pass(look: Look) -> "Pass":
    """What one pass of the picture through the network gives."""
    from explorer.compute import answers

    return answered(in_look(look, answers.one_pass), "One pass through the network …")


@_answers.keeps()
def heat_map(
    look: Look,
    method: str,
    tap: "Tap | None",
    target: "Target",
) -> "HeatMap":
    """The map of a picture by a method that is not slow."""
    from explorer.compute import answers

    return answered(in_look(look, answers.heat_map, method, tap, target), "Asking the network …")


def slow_heat_map(look: Look, method: str, tap: "Tap | None", target: "Target") -> "Question[HeatMap]":
    """The question for the map of a picture by a method that is slow."""
    from explorer.compute import answers

    return in_look(look, answers.heat_map, method, tap, target, is_long=True)


def faithfulness(look: Look, heat_map: "HeatMap") -> "Question[Faithfulness]":
    """The question for what becomes of the answer when the map's hottest places are removed, or restored first."""
    from explorer.compute import answers

    return in_look(look, answers.faithfulness, heat_map, is_long=True)


def maximization(look: Look, node: str | None, index: int, steps: int, seed: int) -> "Question[Maximization]":
    """The question for a picture that raises a channel of `node`, or without a node the logit of a class."""
    from explorer.compute import answers

    asked = (look.config, look.weights, node, index, steps, seed)
    return of_network(look.config, look.weights, answers.maximization, *asked, is_long=True)


def timings(configs: tuple[Config, ...], batch: int, runs: int) -> "Question[tuple[Timing, ...]]":
    """The question for how long networks take where networks live; it is about none that is held there."""
    from explorer.compute import answers

    return Question(answers.timings, (configs, batch, runs), is_long=True)


def finished(*key: Hashable) -> Any:
    """What took long, and was computed in sight of the person: kept by `keep_finished`, or None."""
    return _answers.find(key)


def keep_finished(result: Any, *key: Hashable) -> None:
    """Keeps what took long for whoever asks again."""
    _answers.put(key, result)


@_answers.keeps()
def sanity_check(
    look: Look,
    method: str,
    tap: "Tap | None",
    target: "Target",
) -> "SanityCheck":
    """A map and its double by random weights, for methods that are not slow."""
    from explorer.compute import answers

    known = heat_map(look, method, tap, target)
    return answered(in_look(look, answers.sanity_check, known), "The same map with random weights above …")


@_answers.keeps()
def branch_share(
    look: Look,
    tap: "Tap",
    target: "Target",
) -> "BranchShare | None":
    """What of the evidence passes through the branch that the tap is in."""
    from explorer.compute import answers

    return answered(in_look(look, answers.branch_share, tap, target), "What passes by on the shortcut …")


@_answers.keeps()
def module_maps(look: Look) -> "tuple[ModuleMap, ...]":
    """What each module of a network hands on of a picture, as one small map."""
    from explorer.compute import answers

    return answered(in_look(look, answers.module_maps), "The photograph through every module …")


@_answers.keeps()
def energies(look: Look) -> "tuple[LayerEnergy, ...]":
    """How strongly each layer of a network answers a picture: a number each."""
    from explorer.compute import answers

    return answered(in_look(look, answers.energies), "The photograph through every layer …")


@_answers.keeps()
def module_sheet(look: Look, colour_map: str, photograph_px: int) -> "Sheet":
    """What the network sees of a picture, so large at the most, then the map of each module, each in its own range."""
    import numpy as np
    from PIL import Image

    from explorer.figures.maps.map_sheet import own_colours, sheet

    photograph = Image.open(BytesIO(seen_in(look).as_seen)).convert("RGB")
    photograph.thumbnail((photograph_px, photograph_px))
    maps = [own_colours(each.strength, colour_map) for each in module_maps(look)]
    return sheet([np.asarray(photograph), *maps])


@_answers.keeps()
def pass_seconds(config: Config, source: WeightsSource | None) -> float:
    """How long one pass through the network takes here."""
    from explorer.compute import answers

    return answered(of_network(config, source, answers.pass_seconds, config, source), "Measuring a pass …")


@st.cache_resource(max_entries=1, show_spinner=False)
def pace() -> Pace:
    """How fast slow work went on this machine, whoever started it."""
    return Pace()


@st.cache_resource(max_entries=1, show_spinner=False)
def timing_pace() -> Pace:
    """At what pace networks ran that were timed; of them nothing is learnt for other work."""
    return Pace()


@_answers.keeps()
def film(look: Look, target: "Target") -> "tuple[HeatMap, ...]":
    """Grad-CAM at every convolution and at what each module hands on."""
    from explorer.compute import answers

    return answered(in_look(look, answers.film, target), "Through the whole network and back …")


@_answers.keeps()
def stage_values(look: Look, node: str) -> "np.ndarray":
    """(1, height, width, channels): a node of the written-out graph, read-only."""
    from explorer.compute import answers

    return answered(in_look(look, answers.stage_values, node), "Computing the stage …")


@_answers.keeps()
def scale(look: Look, node: str, signed: bool) -> "Scale":
    """The colours that all channels of a node share; signed anyway if values lie below 0."""
    from explorer.figures.maps.common_scale import common_scale

    values = stage_values(look, node)
    return common_scale(values, signed=signed or bool(values.min() < 0))


@_answers.keeps()
def channel_statistics(
    look: Look,
    node: str,
    target: "Target | None",
) -> "ChannelStatistics":
    """Of every channel of a node; with contributions to the target's score if there is one."""
    from explorer.compute import answers

    return answered(in_look(look, answers.channel_statistics, node, target), "From the layer to the logits and back …")


@_answers.keeps()
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


@_answers.keeps()
def separable_steps(
    look: Look,
    layer: str,
    input_node: str,
    channel: int,
    by: "By",
) -> "SeparableSteps":
    """How a separable convolution, which reads `input_node`, makes one of its output channels."""
    from explorer.compute import answers

    question = in_look(look, answers.separable_steps, layer, input_node, channel, by)
    return answered(question, "Taking the separable convolution apart …")


@_answers.keeps()
def separable_weights(look: Look, layer: str) -> "SeparableWeights":
    """The weights of a separable convolution."""
    from explorer.compute import answers

    return answered(in_look(look, answers.separable_weights, layer))


@_answers.keeps()
def convolution_kernels(look: Look, layer: str) -> "ConvolutionKernels | None":
    """The kernels of a layer; None if it is no convolution."""
    from explorer.compute import answers

    return answered(in_look(look, answers.convolution_kernels, layer))


@_answers.keeps()
def first_filters(look: Look) -> "FirstFilters | None":
    """The filters of the first convolution; None if none reads the picture's colours."""
    from explorer.compute import answers

    return answered(in_look(look, answers.first_filters))


def _bytes(image: "Image.Image", form: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()

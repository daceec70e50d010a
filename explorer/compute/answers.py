"""What can be asked of networks: each a function of the networks that a process holds and of frozen values.

A worker finds these functions by name. What they return is immutable, and small enough to be sent: a network and the
maps of a picture stay where they are.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arch.knobs import Config
from explorer.arch.places.taps import Tap
from explorer.arch.preprocessing import Preprocessing
from explorer.compute.loaded_networks import LoadedNetworks
from explorer.configuration.registry import graph_of
from explorer.model.gradients.activations import Pass
from explorer.model.sources.known import WeightsSource
from explorer.model.weights.arrays import Provenance
from explorer.model.weights.trained_networks import TrainedFacts
from explorer.model.weights.transplant import obstacles as obstacles_between
from explorer.vision.checks.covering import Box, covered
from explorer.vision.checks.covering import filler as filler_of
from explorer.vision.checks.faithfulness import Faithfulness
from explorer.vision.checks.judgement import BranchShare
from explorer.vision.checks.sanity import SanityCheck
from explorer.vision.classification import classify
from explorer.vision.features.channels import ChannelStatistics
from explorer.vision.features.channels import channel_statistics as statistics_of
from explorer.vision.look import Look
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.target import Target
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.progress import Progress, silent
from explorer.vision.results import Prediction

# Everything else is imported where it is first needed: one picture on the command line waits for none of it.
if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing
    from explorer.model.keras_model.verify import Verification
    from explorer.vision.features.activation_maximization import Maximization
    from explorer.vision.features.energies import LayerEnergy
    from explorer.vision.features.kernels import ConvolutionKernels, FirstFilters, SeparableWeights
    from explorer.vision.features.module_maps import ModuleMap
    from explorer.vision.features.separable_steps import By, SeparableSteps


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What there is to say about a network with weights.

    Attributes:
        provenance: State of the weights.
        preprocessing: What is done to a picture before them.
    """

    provenance: Provenance
    preprocessing: Preprocessing


def trained(loaded: LoadedNetworks, source: WeightsSource) -> TrainedFacts:
    """The network of trained weights, without their arrays."""
    return loaded.trained(source).facts


def network(loaded: LoadedNetworks, config: Config, source: WeightsSource | None) -> NetworkFacts:
    """The network `config` with the weights of `source` if they fit it, else random ones."""
    weights = loaded.explainer(config, source).weights
    return NetworkFacts(weights.provenance, weights.preprocessing)


def obstacles(loaded: LoadedNetworks, config: Config, source: WeightsSource) -> tuple[str, ...]:
    """What keeps the weights of `source` out of the network `config`; nothing if they fit."""
    known = loaded.trained(source)
    return obstacles_between(config, known.config, known.weights, known.head)


def verification(loaded: LoadedNetworks, config: Config, profile: bool = True) -> "Verification":
    """The tally held against the model that Keras builds; with `profile` its MACs against TensorFlow's profiler."""
    from explorer.model.keras_model.verify import verify

    return verify(graph_of(config), profile=profile)


def prediction(loaded: LoadedNetworks, look: Look) -> Prediction:
    """What the network says about a picture, the classes by name."""
    names = loaded.trained(look.weights).class_names if look.weights else None
    return classify(loaded.explainer_of(look).engine_of_next_picture, loaded.image(look), names, top=10)


def classification(loaded: LoadedNetworks, look: Look, top: int) -> Prediction:
    """The same, of a picture about which nothing else will be asked: nothing of it is kept."""
    names = loaded.trained(look.weights).class_names if look.weights else None
    size, _, channels = look.graph.input_shape
    image = network_input(decode(look.picture.data), size, channels)
    return classify(loaded.classifier(look.config, look.weights).engine, image, names, top)


def classifier_facts(loaded: LoadedNetworks, config: Config, source: WeightsSource | None) -> NetworkFacts:
    """As `network`, and makes ready to classify."""
    classifier = loaded.classifier(config, source)
    return NetworkFacts(classifier.engine.provenance, classifier.preprocessing)


def filler(loaded: LoadedNetworks, look: Look, filling: str | Look) -> np.ndarray:
    """What a place of the picture is covered with, (1, size, size, channels), read-only.

    Args:
        loaded: The networks of this process.
        look: The picture in the network.
        filling: `gray` or `blur`, or another picture in the same network.
    """
    if isinstance(filling, Look):
        return loaded.image(filling)
    values = filler_of(loaded.image(look), filling)
    values.flags.writeable = False
    return values


def covered_prediction(loaded: LoadedNetworks, look: Look, box: Box, filling: str | Look) -> Prediction:
    """What the network says about a picture of which a box is covered; `filling` as of `filler`."""
    names = loaded.trained(look.weights).class_names if look.weights else None
    image = covered(loaded.image(look), box, filler(loaded, look, filling))
    return classify(loaded.explainer_of(look).engine, image, names, top=10)


def one_pass(loaded: LoadedNetworks, look: Look) -> Pass:
    """What one pass of the picture gives."""
    return loaded.activations(look).of_pass


def module_maps(loaded: LoadedNetworks, look: Look) -> "tuple[ModuleMap, ...]":
    """What each module hands on, as one small map: at most 16 KiB each."""
    from explorer.vision.features.module_maps import module_maps as maps_of

    return maps_of(loaded.explainer_of(look), loaded.activations(look))


def energies(loaded: LoadedNetworks, look: Look) -> "tuple[LayerEnergy, ...]":
    """How strongly each layer answers the picture: a number each."""
    from explorer.vision.features.energies import energies as energies_of

    return energies_of(loaded.explainer_of(look), loaded.image(look))


def heat_map(
    loaded: LoadedNetworks,
    look: Look,
    method: str,
    tap: Tap | None,
    target: Target,
    progress: Progress = silent,
    **settings: Any,
) -> HeatMap:
    """The map of a picture."""
    return loaded.explainer_of(look).heat_map(method, loaded.activations(look), target, tap, progress, **settings)


def film(loaded: LoadedNetworks, look: Look, target: Target) -> tuple[HeatMap, ...]:
    """Grad-CAM at every convolution and at what each module hands on."""
    return loaded.explainer_of(look).film(loaded.activations(look), target)


def sanity_check(loaded: LoadedNetworks, look: Look, heat_map: HeatMap) -> SanityCheck:
    """A map's double by random weights, for methods that are not slow."""
    return loaded.explainer_of(look).sanity_check(loaded.activations(look), heat_map)


def branch_share(loaded: LoadedNetworks, look: Look, tap: Tap, target: Target) -> BranchShare | None:
    """What of the evidence passes through the branch that the tap is in."""
    return loaded.explainer_of(look).branch_share(loaded.activations(look), tap, target)


def faithfulness(loaded: LoadedNetworks, look: Look, heat_map: HeatMap, progress: Progress = silent) -> Faithfulness:
    """What becomes of the answer when the map's hottest places are removed, or restored first."""
    return loaded.explainer_of(look).faithfulness(loaded.activations(look), heat_map, progress=progress)


def stage_values(loaded: LoadedNetworks, look: Look, node: str) -> np.ndarray:
    """(1, height, width, channels): a node of the written-out graph, read-only."""
    values = loaded.explainer_of(look).values(loaded.activations(look), [node])[node]
    values.flags.writeable = False
    return values


def stage_gradient(loaded: LoadedNetworks, look: Look, node: str, target: Target) -> np.ndarray:
    """The same shape: the derivative of the target's score by it."""
    return loaded.explainer_of(look).gradients(loaded.activations(look), node, target).gradient


def channel_statistics(loaded: LoadedNetworks, look: Look, node: str, target: Target | None) -> ChannelStatistics:
    """Of every channel of a node; with contributions to the target's score if there is one."""
    values = stage_values(loaded, look, node)
    if target is None:
        return statistics_of(values, None)
    return statistics_of(values, stage_gradient(loaded, look, node, target))


def separable_steps(
    loaded: LoadedNetworks, look: Look, layer: str, input_node: str, channel: int, by: "By"
) -> "SeparableSteps":
    """How a separable convolution, which reads `input_node`, makes one of its output channels."""
    from explorer.vision.features.separable_steps import take_apart

    known = stage_values(loaded, look, input_node)
    return take_apart(look.graph, loaded.explainer_of(look).weights, layer, known, channel, by=by)


def separable_weights(loaded: LoadedNetworks, look: Look, layer: str) -> "SeparableWeights":
    """The weights of a separable convolution."""
    from explorer.vision.features import kernels

    return kernels.separable_weights(loaded.explainer_of(look).weights, look.graph, layer)


def convolution_kernels(loaded: LoadedNetworks, look: Look, layer: str) -> "ConvolutionKernels | None":
    """The kernels of a layer; None if it is no convolution."""
    from explorer.vision.features import kernels

    return kernels.convolution_kernels(loaded.explainer_of(look).weights, look.graph, layer)


def first_filters(loaded: LoadedNetworks, look: Look) -> "FirstFilters | None":
    """The filters of the first convolution; None if none reads the picture's colours."""
    from explorer.vision.features import kernels

    return kernels.first_filters(loaded.explainer_of(look).weights, look.graph)


def maximization(
    loaded: LoadedNetworks,
    config: Config,
    source: WeightsSource | None,
    node: str | None,
    index: int,
    steps: int,
    seed: int,
    progress: Progress = silent,
) -> "Maximization":
    """A picture that raises a channel of `node`, or without a node the logit of a class."""
    from explorer.vision.features.activation_maximization import maximize_channel, maximize_class

    of = loaded.explainer(config, source).network
    if node is None:
        return maximize_class(of, index, steps=steps, seed=seed, progress=progress)
    return maximize_channel(of, node, index, steps=steps, seed=seed, progress=progress)


def pass_seconds(loaded: LoadedNetworks, config: Config, source: WeightsSource | None) -> float:
    """How long one pass through the network takes here while nothing else computes, about, s."""
    from explorer.model.timing.pass_time import seconds_alone
    from explorer.model.timing.this_machine import engine_threads

    explainer = loaded.explainer(config, source)
    image = np.zeros((1, *explainer.graph.input_shape), np.float32)
    return seconds_alone(lambda: explainer.engine.run(image), engine_threads(explainer.engine.name))


def timings(
    loaded: LoadedNetworks, configs: tuple[Config, ...], batch: int, runs: int, progress: Progress = silent
) -> "tuple[Timing, ...]":
    """How long networks take here, whole and layer by layer, with random weights: nothing that is held is used."""
    from explorer.model.timing.measure import measure

    return measure(configs, batch, runs, progress)

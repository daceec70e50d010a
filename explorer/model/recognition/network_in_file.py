"""The network that a weights file holds: which of those that are described here, with its head and preprocessing.

Where the file has a configuration, every described network that it can be is held against it, node by node.
"""

from collections.abc import Mapping
from dataclasses import replace

from explorer.arch.graph import HEAD
from explorer.arch.head import Head, head_of, with_head
from explorer.arch.knobs import INPUT_SIZE, Config
from explorer.arch.network import Clues
from explorer.arch.ops import Conv2D, Dense, Dropout, GlobalAveragePool
from explorer.arch.preprocessing import Preprocessing
from explorer.configuration.registry import graph_of
from explorer.errors import WeightsError
from explorer.model.keras_files.saved_graph import saved_graph
from explorer.model.keras_files.saved_operations import Affine, normalized
from explorer.model.keras_files.saved_preprocessing import saved_preprocessing
from explorer.model.keras_files.stored_layers import StoredLayer, plain_name
from explorer.model.keras_files.weight_files import WeightFile
from explorer.model.recognition.candidates import candidates, layer_clues, no_network
from explorer.model.recognition.comparison import Agreement, Difference, another_network, compare, wiring_of
from explorer.model.recognition.found_network import (
    STORY,
    FoundNetwork,
    assumed_preprocessing,
    assumed_size,
    usual_preprocessing,
)
from explorer.model.recognition.matching import kind_of, match
from explorer.model.recognition.single_logit import with_two_units
from explorer.model.recognition.told import NOTHING_TOLD, Told
from explorer.model.recognition.weights_alone import weights_alone
from explorer.model.weights.arrays import Provenance

_KERNEL_RANKS = {"conv2d": 4, "depthwise_conv2d": 4, "separable_conv2d": 4, "dense": 2}
_KERNELS = ("kernel", "depthwise_kernel", "pointwise_kernel")


def network_in_file(file: WeightFile, told: Told = NOTHING_TOLD) -> FoundNetwork:
    """The network in `file`.

    Raises:
        WeightsError: If it is none that is described here; says what the nearest has elsewhere.
        ConfigError: If a person says what the file tells.
    """
    for layer in file.layers:
        _refuse_other_dimensions(layer, file.path.name)
    statistics = [layer for layer in file.layers if _is_normalization(layer)]
    layers = tuple(layer for layer in file.layers if not _is_normalization(layer))
    network = replace(file, layers=layers)
    normalizations = {
        layer.place or layer.name or layer.path: _statistics(layer, file.path.name) for layer in statistics
    }
    if file.config is None:
        return weights_alone(network, told, normalizations)
    return _whole(network, normalizations, told)


def _whole(file: WeightFile, normalizations: Mapping[str, Affine], told: Told) -> FoundNetwork:
    name = file.path.name
    assert file.config is not None
    saved = saved_graph(file.config.model, name)
    size = saved.input_size(name)
    clues = Clues(layer_clues(file), size, tuple(wiring_of(saved)))
    if size is not None:
        told = replace(told, turns={knob: turn for knob, turn in told.turns.items() if knob != INPUT_SIZE})
    best: tuple[int, str, str] | None = None
    refusals: list[str] = []
    agreed: tuple[Config, Config, Agreement] | None = None
    for config, plain in candidates(clues, told, refusals, knob=INPUT_SIZE):
        if agreed is not None and type(config) is not type(agreed[0]):
            break
        graph = graph_of(config)
        try:
            agreement = compare(graph, saved)
        except Difference as difference:
            if best is None or difference.agreeing > best[0]:
                best = (difference.agreeing, graph.title, str(difference))
            continue
        agreed = agreed or (config, plain, agreement)
        if agreement.own_head(graph) is None:  # a knob describes the head, too
            agreed = (config, plain, agreement)
            break
    if agreed is None:
        raise another_network(name, *best[1:]) if best else no_network(name, refusals)
    config, plain, agreement = agreed
    preprocessing = saved_preprocessing(saved, normalizations, name)
    if preprocessing is not None:
        told.refuse("--preprocessing", told.preprocessing, f"{name} prepares the pixels itself")
    if agreement.output != "logits":
        told.refuse("--head", told.output, f"{name} tells it, {agreement.output}")
    told.refuse("--pooling", told.pooling, f"{name} tells it")
    return _found(file, config, plain.input_size, agreement, told, size, preprocessing)


def _found(
    file: WeightFile,
    config: Config,
    usual_size: int,
    agreement: Agreement,
    told: Told,
    size: int | None,
    preprocessing: Preprocessing | None,
) -> FoundNetwork:
    name, output = file.path.name, agreement.output
    ops = list(agreement.head)
    assumed = []
    if ops and isinstance(ops[-1], Dense):
        if ops[-1].units == 1:
            if output == "softmax":
                raise WeightsError(
                    f"{name} has one output with softmax, which is 1 for every picture: train it with sigmoid."
                )
            if output == "logits" and told.output is None:
                assumed.append("Its one output has no activation: it is read as the logit between two classes.")
            file = with_two_units(file, _path_in_file(file, agreement.head_layers[-1]))
            ops[-1] = replace(ops[-1], units=2)
            output = "softmax"
        config = replace(config, classes=ops[-1].units)
    elif classifier := [op for op in ops if isinstance(op, Conv2D)]:
        config = replace(config, classes=classifier[-1].filters)
    graph = graph_of(config)
    head = None if Head(tuple(ops)) == head_of(graph) else Head(tuple(ops) or (GlobalAveragePool(),))
    graph = graph if head is None else with_head(graph, head)
    nodes = [node.name for node in graph.nodes if node.module == HEAD and not isinstance(node.op, Dropout)]
    # A file without head has no layer for the pooling that its maps get here.
    layers = {**agreement.layers, **dict(zip(nodes, agreement.head_layers, strict=bool(ops)))}
    told_size = size is not None or INPUT_SIZE in told.turns
    if not told_size:
        assumed.append(assumed_size(config))
    if preprocessing is None and told.preprocessing is None:
        assumed.append(assumed_preprocessing(config))
    if head is not None and not head.is_classifier:
        output = "features"
    elif output == "logits" and told.output is not None:
        output = told.output
    weights = match(graph, file, Provenance("pretrained", name, STORY, tuple(assumed), output), layers)
    return FoundNetwork(
        config,
        replace(config, input_size=usual_size),
        replace(weights, preprocessing=preprocessing or usual_preprocessing(config, told)),
        head,
        preprocessing is not None or told.preprocessing is not None,
        told_size,
    )


def _path_in_file(file: WeightFile, place: str) -> str:
    """Where the layer at a place of the model lies in the file."""
    by_place = [layer.path for layer in file.layers if layer.place == place]
    by_name = [layer.path for layer in file.layers if layer.name == place.rpartition("/")[2]]
    for found in (by_place, by_name):
        if len(found) == 1:
            return found[0]
    raise WeightsError(f"{file.path.name} does not tell which layer is {place}: save the model anew, as .keras.")


def _refuse_other_dimensions(layer: StoredLayer, shown_as: str) -> None:
    """Raise if a kernel has not the dimensions of those of its class."""
    rank = _KERNEL_RANKS.get(kind_of(layer))
    for variable in layer.variables if rank else ():
        if variable.name in _KERNELS and len(variable.shape) != rank:
            raise WeightsError(
                f"{shown_as}: {variable.name} of layer {(layer.name or layer.path)!r} is of shape {variable.shape}, "
                f"expected {rank} dimensions."
            )


def _is_normalization(layer: StoredLayer) -> bool:
    """Whether the layer is Keras' Normalization, whose statistics are preprocessing."""
    return {"mean", "variance"} <= {plain_name(variable.name) for variable in layer.variables}


def _statistics(layer: StoredLayer, shown_as: str) -> Affine:
    """What a Normalization does, by the mean and variance that it keeps.

    Raises:
        WeightsError: If these are none of a picture's channels.
    """
    values = {plain_name(variable.name): variable.load().ravel().tolist() for variable in layer.variables}
    mean, variance = values["mean"], values["variance"]
    if len(mean) != len(variance) or len(mean) > 4 or min(variance) < 0:
        raise WeightsError(f"{shown_as}: mean and variance of its layer {layer.name} are not those of channels.")
    return normalized(mean, variance)

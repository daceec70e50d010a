"""The wiring inside a saved configuration as one flat graph: models inside models are opened, idle layers left out.

Keras 3 tells what a layer reads by `keras_history`, Keras 1 and 2 by lists of (layer, call, output); a Sequential
model by the order of its layers. Only what the output is computed from is in the graph.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from explorer.arch.ops import Activation, BatchNorm, Dense, Flatten, GlobalAveragePool, GlobalMaxPool, Input, Reshape
from explorer.errors import WeightsError
from explorer.model.keras_files.saved_operations import (
    SOFTMAX,
    TENSOR,
    Affine,
    Call,
    Foreign,
    OneChannel,
    Operation,
    ReversedChannels,
    bare_operation,
    batch_norm_axis,
    canonical,
    is_bare_operation,
    layer_operations,
    tensorflow_operation,
)

_MOST_NODES = 20_000
# What a picture passes and still is one, as a layer that resizes it may be.
_BEFORE_A_NETWORK = (Input, Affine, ReversedChannels, OneChannel, Foreign)
_SHAPES = ("batch_shape", "batch_input_shape")


@dataclass(frozen=True, slots=True)
class SavedNode:
    """An operation of the file's network.

    Attributes:
        layer: Keras' name of the layer that it is, or is a part of.
        path: Of the layer: the names of the models around it, and its own.
        op: What it computes.
        inputs: Positions of the nodes that it reads.
        is_map: Whether its output is a map, and not a vector.
    """

    layer: str
    path: str
    op: Operation
    inputs: tuple[int, ...]
    is_map: bool


@dataclass(frozen=True, slots=True)
class SavedGraph:
    """The file's network.

    Attributes:
        nodes: In topological order, the image first.
        output: Position of the node that gives its output.
        sizes: What it declares its image to be: (height, width) by layer, None where it is open.
    """

    nodes: tuple[SavedNode, ...]
    output: int
    sizes: Mapping[str, tuple[int | None, int | None]]

    def input_size(self, shown_as: str) -> int | None:
        """Side of its square image in pixels; None if it is open.

        Raises:
            WeightsError: If the image is no square, or declared in several sizes.
        """
        fixed: dict[int, str] = {}
        for layer, (height, width) in self.sizes.items():
            if height is None and width is None:
                continue
            if height is None or width is None or height != width:
                sides = " x ".join("any" if side is None else str(side) for side in (height, width))
                raise WeightsError(
                    f"{shown_as} was trained on pictures of {sides} pixels (height x width). This explorer knows "
                    "square ones only."
                )
            fixed.setdefault(height, layer)
        if len(fixed) > 1:
            said = " and ".join(f"{size} px (layer {layer[:60]})" for size, layer in list(fixed.items())[:2])
            raise WeightsError(
                f"{shown_as} declares two sizes of its pictures, {said}: something between them resizes or crops. "
                "Only networks that take the picture as it is can be run."
            )
        return next(iter(fixed), None)


class _Malformed(Exception):
    """The configuration is not of Keras' form, in words."""


class _Tensor(NamedTuple):
    """An output of a layer: which of its calls, and which output of that."""

    layer: str
    call: int
    output: int


@dataclass(frozen=True, slots=True)
class _LayerCall:
    """How a layer is called, and the outputs that it reads."""

    tensors: tuple[_Tensor, ...]
    call: Call


def saved_graph(model: Mapping[str, Any], shown_as: str) -> SavedGraph:
    """The flat graph of a model's configuration.

    Raises:
        WeightsError: If it is not of Keras' form, a layer is not connected, a model inside it is used twice, or it has
            several inputs or outputs.
    """
    try:
        return _Flattening().of(model)
    except _Malformed as error:
        raise WeightsError(f"{shown_as}: {error}") from error
    except RecursionError as error:
        raise WeightsError(f"{shown_as}: its configuration is nested too deep.") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise WeightsError(f"{shown_as}: its configuration is not one that Keras writes.") from error


class _Flattening:
    """Collects the nodes, from the image on."""

    def __init__(self) -> None:
        self.nodes: list[SavedNode] = []
        self.pictures: set[int] = set()
        self.sizes: dict[str, tuple[int | None, int | None]] = {}
        self.around: list[str] = []
        self.by_keras_2 = False

    def of(self, model: Mapping[str, Any]) -> SavedGraph:
        self.by_keras_2 = _is_by_keras_2(model)
        channels = [shape[-1] for _, shape in _declared(model) if isinstance(shape[-1], int)]
        image = self.add("the image", Input((0, 0, channels[0] if channels else 3)), ())
        outputs = self.model(model, [image], training=False)
        if len(outputs) > 1:
            raise _Malformed(
                f"it has the outputs {_listing(_output_names(model))}, expected one. Save a model with the one that "
                "is wanted: keras.Model(model.input, model.outputs[0])."
            )
        return SavedGraph(tuple(self.nodes), outputs[0], self.sizes)

    def add(self, layer: str, op: Operation, inputs: tuple[int, ...]) -> int:
        if len(self.nodes) >= _MOST_NODES:
            raise _Malformed("its configuration has too many layers.")
        maps = [self.nodes[source].is_map for source in inputs]
        is_map = bool(not maps or maps[0])
        if isinstance(op, ReversedChannels) and len(inputs) == 3:  # `stack` of single channels
            parts = [self.nodes[source] for source in inputs]
            sources = {part.inputs for part in parts}
            if [part.op for part in parts] == [OneChannel(2), OneChannel(1), OneChannel(0)] and len(sources) == 1:
                inputs = parts[0].inputs
            else:
                op = Foreign("the operation Stack")
        elif isinstance(op, Dense) and is_map:
            op = Foreign(f"a dense layer of {op.units} units over a map, before any pooling")
        elif isinstance(op, GlobalAveragePool | GlobalMaxPool):
            if not is_map:
                op = Foreign("a global pooling of a vector")
            is_map = isinstance(op, GlobalAveragePool | GlobalMaxPool) and op.keepdims
        elif isinstance(op, Flatten):
            is_map = False
        elif isinstance(op, Reshape):
            is_map = len(op.shape) == 3
        if isinstance(op, _BEFORE_A_NETWORK) and self.pictures.issuperset(inputs):
            self.pictures.add(len(self.nodes))
        self.nodes.append(SavedNode(layer[:80], "/".join([*self.around, layer]), op, inputs, is_map))
        return len(self.nodes) - 1

    def model(self, saved: Mapping[str, Any], feeds: Sequence[int], *, training: bool) -> list[int]:
        """The outputs of a model, fed by nodes."""
        config = saved["config"]
        for layer, shape in _declared(saved):
            if len(shape) == 4 and self.pictures.issuperset(feeds):
                self.sizes[f"{_name(saved)}/{layer}" if layer in self.sizes else layer] = (shape[1], shape[2])
        if isinstance(config, list) or "output_layers" not in config:
            return self.sequence(config if isinstance(config, list) else config["layers"], feeds, training=training)
        inputs = [tensor.layer for tensor in _tensors(config["input_layers"])]
        if len(inputs) != len(feeds):
            raise _Malformed(f"it has the inputs {_listing(inputs)}, expected one: the picture.")
        return self.functional(config, dict(zip(inputs, feeds, strict=True)), training=training)

    def sequence(self, layers: Sequence[Mapping[str, Any]], feeds: Sequence[int], *, training: bool) -> list[int]:
        if len(feeds) != 1:
            raise _Malformed("a Sequential model in it reads several layers.")
        outputs = list(feeds)
        for layer in layers:
            outputs = self.layer(layer, outputs, Call((TENSOR,)), training=training)
        return outputs

    def functional(self, config: Mapping[str, Any], fed: Mapping[str, int], *, training: bool) -> list[int]:
        layers = {_name(layer): layer for layer in config["layers"]}
        calls = {name: [_read_call(call) for call in _calls(layer)] for name, layer in layers.items()}
        known: dict[tuple[str, int], list[int]] = {(name, 0): [node] for name, node in fed.items()}
        wanted = list(_tensors(config["output_layers"]))
        begun: set[tuple[str, int]] = set()
        pending = [self.place(tensor, layers, calls) for tensor in reversed(wanted)]
        while pending:
            place = pending[-1]
            if place in known:
                pending.pop()
                continue
            name, number = place
            called = calls[name][number]
            sources = [self.place(tensor, layers, calls) for tensor in called.tensors]
            missing = [source for source in sources if source not in known]
            if missing:
                if place in begun:
                    raise _Malformed(f"its layer {name[:80]!r} reads itself.")
                begun.add(place)
                pending.extend(reversed(missing))
                continue
            inputs = [known[source][tensor.output] for source, tensor in zip(sources, called.tensors, strict=True)]
            known[place] = self.layer(layers[name], inputs, called.call, training=training)
            pending.pop()
        return [known[self.place(tensor, layers, calls)][tensor.output] for tensor in wanted]

    def place(
        self, tensor: _Tensor, layers: Mapping[str, Any], calls: Mapping[str, Sequence[_LayerCall]]
    ) -> tuple[str, int]:
        """The layer's call that gives a tensor."""
        if tensor.layer not in layers:
            raise _Malformed(f"a layer in it reads {tensor.layer[:80]!r}, which it does not have.")
        of_layer = calls[tensor.layer]
        if _is_model(layers[tensor.layer]):
            if len(of_layer) > 1:
                raise _Malformed(
                    f"it uses the model {tensor.layer[:80]!r} inside it {len(of_layer)} times. Only networks whose "
                    "layers each stand at one place can be run."
                )
            # Keras 2 counts the making of a model as its first call.
            return tensor.layer, 0
        if tensor.call > max(0, len(of_layer) - 1):
            raise _Malformed(f"a layer in it reads call {tensor.call} of {tensor.layer[:80]!r}, which there is not.")
        return tensor.layer, tensor.call

    def layer(self, saved: Mapping[str, Any], inputs: list[int], call: Call, *, training: bool) -> list[int]:
        """The outputs of a layer on nodes."""
        if _is_model(saved):
            self.around.append(_name(saved))
            outputs = self.model(saved, inputs, training=training or call.setting("training") is True)
            self.around.pop()
            return outputs
        if not inputs:
            raise _Malformed(f"its layer {_name(saved)[:80]!r} reads nothing.")
        class_name, config = str(saved["class_name"]), saved["config"]
        if training and call.setting("training") is None:
            call = Call(call.values, {**(call.settings or {}), "training": True})
        if is_bare_operation(class_name, saved.get("module"), call):
            operations = bare_operation(class_name, {**config, **(call.settings or {})}, call)
        elif class_name in ("TFOpLambda", "SlicingOpLambda"):
            operations = tensorflow_operation(config, call)
        else:
            operations = layer_operations(class_name, config, call)
            operations = tuple(self.checked(op, config, inputs) for op in operations)
        for op in operations:
            if op == SOFTMAX and config.get("axis") == 1 and self.nodes[inputs[0]].is_map:
                op = Foreign("softmax over axis 1, which are not the channels")
            inputs = [self.add(_name(saved), op, tuple(inputs))]
        return inputs[:1]

    def checked(self, op: Operation, settings: Mapping[str, Any], inputs: Sequence[int]) -> Operation:
        """`op`, if its settings mean the channels of what it reads."""
        if isinstance(op, BatchNorm):
            axis = batch_norm_axis(settings)
            if axis != -1 and axis != (3 if self.nodes[inputs[0]].is_map else 1):
                return Foreign(f"batch_normalization over axis {axis}, which are not the channels")
        if op == Activation("hard_sigmoid") and self.by_keras_2:
            return Foreign("a hard_sigmoid as Keras 2 computes it, steeper than Keras 3")
        return op


def preprocessing_nodes(graph: SavedGraph) -> list[int]:
    """Positions of the operations that the picture passes one after another before the network, the image first."""
    readers: dict[int, list[int]] = defaultdict(list)
    for position, node in enumerate(graph.nodes):
        if not isinstance(node.op, OneChannel):  # what reads single channels reads their source
            for source in set(node.inputs):
                readers[source].append(position)
    found = [0]
    while len(following := readers[found[-1]]) == 1:
        if not isinstance(graph.nodes[following[0]].op, Affine | ReversedChannels):
            break
        found += following
    return found


def _is_by_keras_2(model: Mapping[str, Any]) -> bool:
    """Whether Keras 1 or 2 wrote it, which called the shape of an input `batch_input_shape`."""
    config = model["config"]
    layers = config if isinstance(config, list) else config["layers"]
    return any(
        _is_by_keras_2(layer) if _is_model(layer) else "batch_input_shape" in layer["config"] for layer in layers
    )


def _is_model(saved: Mapping[str, Any]) -> bool:
    config = saved["config"]
    return isinstance(config, list) or "layers" in config


def _name(saved: Mapping[str, Any]) -> str:
    config = saved["config"]
    own = config.get("name") if isinstance(config, dict) else None
    return str(own or saved.get("name") or saved["class_name"])


def _declared(saved: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """The shapes of the images that a model declares, without the models inside it, by layer."""
    config = saved["config"]
    layers = config if isinstance(config, list) else config["layers"]
    is_sequence = isinstance(config, list) or "output_layers" not in config
    for layer in layers:
        settings = layer["config"]
        # In a functional model other layers than the inputs may hold the shape that they once began with.
        if isinstance(settings, dict) and (is_sequence or canonical(str(layer["class_name"])) == "InputLayer"):
            for key in _SHAPES:
                shape = settings.get(key)
                if isinstance(shape, list) and shape and all(side is None or type(side) is int for side in shape):
                    yield _name(layer), shape
    if isinstance(config, dict) and is_sequence:
        shape = config.get("build_input_shape")
        if isinstance(shape, list) and shape and all(side is None or type(side) is int for side in shape):
            yield _name(saved), shape


def _output_names(model: Mapping[str, Any]) -> list[str]:
    return [tensor.layer for tensor in _tensors(model["config"]["output_layers"])]


def _listing(names: Sequence[str]) -> str:
    shown = [name[:60] for name in names[:5]]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown) or "nothing"


def _is_tensor(value: object) -> bool:
    """Whether `value` is (layer, call, output), perhaps with named arguments behind."""
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(type(number) is int for number in value[1:3])
    )


def _tensors(value: object) -> Iterator[_Tensor]:
    """All outputs of layers in a nest of lists, or in Keras 3's arguments."""
    if _is_tensor(value):
        name, call, output = value[:3]  # type: ignore[index]
        if min(call, output) < 0:
            raise _Malformed("its configuration is not one that Keras writes.")
        yield _Tensor(name, call, output)
    elif isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        yield from _tensors(value["config"]["keras_history"])
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _tensors(inner)


def _calls(saved: Mapping[str, Any]) -> list[Any]:
    calls = saved.get("inbound_nodes", [])
    if not isinstance(calls, list):
        raise _Malformed("its configuration is not one that Keras writes.")
    return calls


def _read_call(call: Any) -> _LayerCall:
    """One entry of `inbound_nodes`."""
    if isinstance(call, dict):
        values, named = call["args"], call["kwargs"]
        tensors = tuple(_tensors([values, *named.values()]))
        marked = [TENSOR if any(True for _ in _tensors(value)) else value for value in values]
        settings = {name: TENSOR if any(True for _ in _tensors(value)) else value for name, value in named.items()}
        return _LayerCall(tensors, Call(marked, settings))
    inputs = [call] if _is_tensor(call) or (call and call[0] == "_CONSTANT_VALUE") else call
    found: list[_Tensor] = []
    values, settings = [], {}
    for entry in inputs:
        if entry and entry[0] == "_CONSTANT_VALUE":
            values.append(entry[2])
        else:
            found += _tensors(entry[:3])
            values.append(TENSOR)
        for name, value in (entry[3] if len(entry) > 3 else {}).items():
            inside = list(_tensors(value)) if name not in ("axis", "slice_spec") else []
            found += inside
            settings[name] = TENSOR if inside else value
    return _LayerCall(tuple(found), Call(values, settings))

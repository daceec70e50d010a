"""The graph read as an OpenVINO model: built operation by operation, without TensorFlow, Keras or a conversion.

Numbers of one run (2 cores, Xception at 299 px, float32): built and compiled in 0.3 s, where converting the Keras
model takes 5 s after 4.4 s of TensorFlow's import. tests/benchmarks has the rest.

Three decisions, each measured:

- The model takes exactly one image and `run` loops. At 299 px a batch of eight takes 1.35 times as long per image
  (its maps leave the cache), and a fixed shape returns 34 maps at 1.1 times the cost of the logits alone, against
  1.25 with a free batch. It also makes the result of an image independent of its company, and memory of the batch.
- Batch normalization is written as a multiplication and an addition. OpenVINO folds both into the convolution,
  unless that is tapped: as fast as folding by hand, for 50 MB more memory.
- Calls share nothing. One that returns maps has an inference request of its own (0.1 ms), so that maps are handed
  over, not copied. Where only logits come back they are copied, and the request serves a later call.
"""

import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.ops import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    ChannelScale,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    Function,
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    LocalResponseNorm,
    MaxPool,
    Op,
    Reshape,
    ZeroPad,
)
from explorer.arch.preprocessing import prepared
from explorer.arch.written_out import written_out
from explorer.counting.tally import tally
from explorer.model.budget import require
from explorer.model.engines.engine import EngineName, Outputs, checked_images
from explorer.model.weights.arrays import Arrays, Weights
from explorer.model.weights.written_out_arrays import tapped_bytes, tapped_node, written_out_arrays

if TYPE_CHECKING:
    import openvino

# When it is imported, OpenVINO reports the use to its makers, and keeps an identity in the home folder for that, unless
# the package that does so is missing.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

_PADDING = {"same": "same_upper", "valid": "valid"}
_NO_PADS, _NO_DILATION = [0, 0], [1, 1]
_COMPILATION = {
    # Without it the plugin would take bfloat16 on processors that have it.
    "INFERENCE_PRECISION_HINT": "f32",
    # One image on all cores, rather than one image on each.
    "PERFORMANCE_HINT": "LATENCY",
}


class OpenVINOEngine:
    """A compiled network; see `explorer.model.engines.engine`."""

    name: EngineName = "openvino"

    def __init__(self, graph: Graph, weights: Weights, taps: Sequence[str] = ()) -> None:
        from openvino import get_version

        require(memory_estimate(graph, taps), "Running this network with OpenVINO")
        self.version = get_version().partition("-")[0]
        self.provenance = weights.provenance
        self._taps = tuple(taps)
        self._input_shape = graph.input_shape
        outputs = [tapped_node(graph, name) for name in (graph.output.name, *taps)]
        network = prepared(written_out(graph), weights.preprocessing)
        model = _translate(network, written_out_arrays(graph, weights.arrays), outputs)
        self._compiled = _core().compile_model(model, "CPU", _COMPILATION)
        self._idle: list[openvino.InferRequest] = []

    def run(self, images: np.ndarray) -> Outputs:
        """See `explorer.model.engines.engine.Engine.run`."""
        passes = [self._pass(image[np.newaxis]) for image in checked_images(images, self._input_shape)]
        logits, *taps = passes[0] if len(passes) == 1 else map(np.concatenate, zip(*passes, strict=True))
        return Outputs(logits, dict(zip(self._taps, taps, strict=True)))

    def _pass(self, image: np.ndarray) -> list[np.ndarray]:
        """All outputs for one image, (1, height, width, 3)."""
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._compiled.create_infer_request()
        request.infer({0: image}, share_inputs=True, share_outputs=True)
        if not self._taps:
            logits = request.get_output_tensor(0).data.copy()
            self._idle.append(request)
            return [logits]
        # The arrays keep the request's memory alive, and nobody will run the request again.
        return [request.get_output_tensor(index).data for index in range(1 + len(self._taps))]


def memory_estimate(graph: Graph, taps: Sequence[str] = ()) -> int:
    """Bytes that the process grows by with an engine and one pass: an upper bound, some 5 to 50 % too high.

    3.1 x weights (as given, folded, and packed for the processor), 1.2 x the fullest moment's maps, 2 x what is
    tapped (as computed and as handed over), and 40 MB.
    """
    counted = tally(graph)
    maps = 12 * counted.peak.bytes + 20 * tapped_bytes(graph, taps)
    return (31 * counted.weight_bytes + maps) // 10 + 40 * 2**20


@lru_cache(maxsize=1)
def _core() -> "openvino.Core":
    """OpenVINO's plugins, loaded once per process."""
    from openvino import Core

    return Core()


def _translate(graph: Graph, arrays: Arrays, outputs: Sequence[str]) -> "openvino.Model":
    """`graph` for one image, with the results `outputs` in that order; in and out are NHWC."""
    from openvino import Model

    translation = _Translation()
    tensors: dict[str, Any] = {}
    for node in graph.nodes:
        inputs = [tensors[source] for source in node.inputs]
        # An operation of several outputs has its main one first.
        tensors[node.name] = translation.of(node.op, arrays.get(node.name, {}), inputs).output(0)
    results = [translation.ops.result(translation.channels_last(tensors[name])) for name in outputs]
    return Model(results, translation.parameters, graph.title)


class _Translation:
    """OpenVINO's operation for each of ours. Inside, maps are NCHW, as OpenVINO has them."""

    def __init__(self) -> None:
        # The set of operations is named by number, so that a newer OpenVINO means the same by it.
        import openvino.opset15 as ops

        self.ops: Any = ops
        self.parameters: list[Any] = []

    def of(self, op: Op, arrays: Mapping[str, np.ndarray], inputs: list[Any]) -> Any:
        """The output of `op`, which holds `arrays`, on `inputs`."""
        ops = self.ops
        match op:
            case Input(shape=shape):
                self.parameters.append(ops.parameter((1, *shape), np.float32, name="image"))
                return ops.transpose(self.parameters[-1], self.constant([0, 3, 1, 2]))
            case Conv2D(groups=1):
                kernel = arrays["kernel"].transpose(3, 2, 0, 1)
                return self.biased(ops.convolution(inputs[0], self.constant(kernel), *self.window(op)), arrays)
            case Conv2D(groups=groups):
                kernel = arrays["kernel"].transpose(3, 2, 0, 1)
                return self.grouped(op, kernel.reshape(groups, -1, *kernel.shape[1:]), arrays, inputs[0])
            case DepthwiseConv2D():
                kernel = arrays["kernel"].transpose(2, 3, 0, 1)
                return self.grouped(op, kernel[:, :, np.newaxis], arrays, inputs[0])
            case Dense():
                return self.biased(ops.matmul(inputs[0], self.constant(arrays["kernel"]), False, False), arrays)
            case BatchNorm(epsilon=epsilon):
                # In float64: the folded weights then carry one rounding, not five.
                values = {name: array.astype(np.float64) for name, array in arrays.items()}
                with np.errstate(invalid="ignore"):  # a negative variance, of a bad file, shows in the logits
                    scale = values.get("gamma", 1.0) / np.sqrt(values["moving_variance"] + epsilon)
                shift = values.get("beta", 0.0) - values["moving_mean"] * scale
                scaled = ops.multiply(inputs[0], self.by_channel(scale, inputs[0]))
                return ops.add(scaled, self.by_channel(shift, inputs[0]))
            case Activation(function=function):
                return self.activated(function, inputs[0])
            case LocalResponseNorm(depth_radius=radius, bias=bias, alpha=alpha, beta=beta):
                # OpenVINO divides its alpha by the number of channels summed, as Caffe does.
                size, channels = 2 * radius + 1, self.constant([1])
                return ops.lrn(inputs[0], channels, alpha * size, beta, bias, size)
            case ChannelScale(scale=scale, offset=offset, reverse=reverse):
                picture = inputs[0]
                if reverse:
                    order = self.constant(list(reversed(range(len(scale)))))
                    picture = ops.gather(picture, order, self.constant([1]))
                scaled = ops.multiply(picture, self.by_channel(np.array(scale), picture))
                return ops.add(scaled, self.by_channel(np.array(offset), picture))
            case Dropout():
                return inputs[0].get_node()
            case MaxPool(pool=pool, strides=strides, padding=padding):
                steps = (list(strides), _NO_DILATION)
                return ops.max_pool(inputs[0], *steps, _NO_PADS, _NO_PADS, list(pool), auto_pad=_PADDING[padding])
            case AveragePool(pool=pool, strides=strides, padding=padding):
                window = (list(strides), _NO_PADS, _NO_PADS, list(pool))
                return ops.avg_pool(inputs[0], *window, exclude_pad=True, auto_pad=_PADDING[padding])
            case GlobalAveragePool(keepdims=keepdims):
                return ops.reduce_mean(inputs[0], self.constant([2, 3]), keep_dims=keepdims)
            case GlobalMaxPool(keepdims=keepdims):
                return ops.reduce_max(inputs[0], self.constant([2, 3]), keep_dims=keepdims)
            case ZeroPad(padding=((top, bottom), (left, right))):
                before, after = self.constant([0, 0, top, left]), self.constant([0, 0, bottom, right])
                return ops.pad(inputs[0], before, after, "constant")
            case Flatten():
                return ops.reshape(self.channels_last(inputs[0]), self.constant([1, -1]), special_zero=False)
            case Reshape(shape=shape):
                values = self.channels_last(inputs[0])
                reshaped = ops.reshape(values, self.constant([1, *shape]), special_zero=False)
                return ops.transpose(reshaped, self.constant([0, 3, 1, 2])) if _is_map(reshaped) else reshaped
            case Add():
                return reduce(ops.add, inputs)
            case Concat():
                return ops.concat(inputs, axis=1)
        raise TypeError(f"no OpenVINO operation for {type(op).__name__}")

    def activated(self, function: Function, x: Any) -> Any:
        """The activation `function` of `x`, with the settings of Keras' string of that name."""
        ops = self.ops
        match function:
            case "relu":
                return ops.relu(x)
            case "relu6":
                return ops.clamp(x, 0.0, 6.0)
            case "leaky_relu":
                return ops.prelu(x, self.scalar(0.2))
            case "elu":
                return ops.elu(x, 1.0)
            case "selu":
                return ops.selu(x, self.scalar(1.6732632423543772), self.scalar(1.0507009873554805))
            case "gelu":
                return ops.gelu(x, "erf")
            case "silu":
                return ops.swish(x)
            case "sigmoid":
                return ops.sigmoid(x)
            case "hard_sigmoid":
                return ops.hsigmoid(x)
            case "tanh":
                return ops.tanh(x)
            case "softplus":
                return ops.softplus(x)
            case "softsign":
                return ops.softsign(x)
            case "exponential":
                return ops.exp(x)
            case "mish":
                return ops.mish(x)
            case "hard_silu":
                return ops.hswish(x)
            case "softmax":
                return ops.softmax(x, 1)
            case "linear":
                return x.get_node()
        raise TypeError(f"no OpenVINO operation for the activation {function}")

    def scalar(self, value: float) -> Any:
        """One number, for every value of a tensor."""
        return self.constant(np.array([value], np.float32))

    def constant(self, values: np.ndarray | list[int]) -> Any:
        """A copy of `values`."""
        return self.ops.constant(np.ascontiguousarray(values))

    def by_channel(self, values: np.ndarray, tensor: Any) -> Any:
        """One value for each channel of `tensor`, a map or a vector."""
        shape = (1, -1, 1, 1) if _is_map(tensor) else (1, -1)
        return self.constant(np.asarray(values, np.float32).reshape(shape))

    def biased(self, tensor: Any, arrays: Mapping[str, np.ndarray]) -> Any:
        """`tensor` plus the bias, if there is one."""
        return self.ops.add(tensor, self.by_channel(arrays["bias"], tensor)) if "bias" in arrays else tensor

    def grouped(
        self, op: Conv2D | DepthwiseConv2D, kernel: np.ndarray, arrays: Mapping[str, np.ndarray], x: Any
    ) -> Any:
        """A convolution in groups; `kernel` is (groups, outputs, inputs, rows, columns)."""
        return self.biased(self.ops.group_convolution(x, self.constant(kernel), *self.window(op)), arrays)

    def window(self, op: Conv2D | DepthwiseConv2D) -> tuple[Any, ...]:
        """How the kernel moves."""
        return list(op.strides), _NO_PADS, _NO_PADS, list(op.dilation), _PADDING[op.padding]

    def channels_last(self, tensor: Any) -> Any:
        """A map as NHWC, a vector as it is."""
        return self.ops.transpose(tensor, self.constant([0, 2, 3, 1])) if _is_map(tensor) else tensor


def _is_map(tensor: Any) -> bool:
    """Whether `tensor` is a map, (1, channels, height, width), and not a vector, (1, units)."""
    return len(tensor.shape) == 4

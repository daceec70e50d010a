"""What a layer in a saved configuration computes: operations of `explorer.arch.ops`, or words for what is none of them.

Layers without effect when a network answers are no operations; an activation inside a layer is one of its own. A
setting that is not described here makes the layer `Foreign`: it equals nothing, so the network is refused by its name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, get_args

from explorer.arch.ops import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Flatten,
    Function,
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    LocalResponseNorm,
    MaxPool,
    Op,
    Pair,
    Reshape,
    SeparableConv2D,
    ZeroPad,
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A computation that is not described here, in words."""

    words: str


@dataclass(frozen=True, slots=True)
class Affine:
    """`value x scale + offset`, one pair of numbers for all channels or one for each; None: the file's own weights."""

    scale: tuple[float, ...] | None
    offset: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class ReversedChannels:
    """The channels in the opposite order: RGB becomes BGR."""


@dataclass(frozen=True, slots=True)
class OneChannel:
    """One channel of several; three of them stacked are `ReversedChannels`."""

    index: int


Operation = Op | Foreign | Affine | ReversedChannels | OneChannel

SOFTMAX = Activation("softmax")

IDLE = frozenset(
    {
        *("InputLayer", "Identity", "ActivityRegularization"),
        *("Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise"),
        # Augmentation that Keras applies in training alone. RandomCrop is not among it: it crops and resizes always.
        *("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomShear", "RandomContrast"),
        *("RandomBrightness", "RandomHeight", "RandomWidth", "RandomHue", "RandomSaturation", "RandomSharpness"),
        *("RandomColorJitter", "RandomColorDegeneration", "RandomGrayscale", "RandomGaussianBlur", "RandomErasing"),
        *("RandomInvert", "RandomPosterization", "RandomPerspective", "RandomElasticTransform"),
        *("AugMix", "RandAugment", "CutMix", "MixUp"),
    }
)
"""Keras' classes that do nothing when a network answers. A list of names: another class may begin like one of them."""

ALIASES: Mapping[str, str] = {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "Convolution2D": "Conv2D",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "SeparableConvolution2D": "SeparableConv2D",
    "MaxPool2D": "MaxPooling2D",
    "AvgPool2D": "AveragePooling2D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "DropoutV2": "Dropout",
}
"""Other names of Keras' classes, as TensorFlow 1.13 to 2.x wrote them."""

OWN_LAYERS: Mapping[str, str] = {"xception_explorer>LocalResponseNormalization": "LocalResponseNormalization"}
"""Layers that Keras lacks and this program wrote, by the names under which they are registered."""

_FUNCTIONS = frozenset(get_args(Function)) - {"linear"}
_FUNCTION_ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}
_WITH_POOL = {"MaxPooling2D": MaxPool, "AveragePooling2D": AveragePool}
_TENSORFLOW = {
    "math.truediv": "TrueDivide",
    "math.divide": "TrueDivide",
    "math.subtract": "Subtract",
    "__operators__.sub": "Subtract",
    "math.multiply": "Multiply",
    "math.add": "Add",
    "__operators__.add": "Add",
    "nn.bias_add": "Add",
    "nn.relu": "Relu",
    "nn.relu6": "Relu6",
    "nn.softmax": "Softmax",
    "math.sigmoid": "Sigmoid",
    "cast": "Cast",
    "__operators__.getitem": "GetItem",
    "math.reduce_mean": "Mean",
    "math.reduce_max": "Max",
}
"""What TensorFlow's functions are called among Keras 3's bare operations."""
_BARE_ACTIVATIONS = {name.title().replace("_", ""): name for name in _FUNCTIONS}
_NO_SETTINGS = {"name", "dtype", "trainable", "function"}
"""What is told of every operation, and decides nothing of what it computes."""


_OPERATION_MODULES = ("keras.ops", "keras.src.ops")


class TENSOR:
    """Stands in the arguments of a call for something that another layer gives."""


@dataclass(frozen=True, slots=True)
class Call:
    """How a layer is called.

    Attributes:
        values: Its arguments in order, `TENSOR` for what other layers give.
        settings: Its named arguments that no layer gives.
    """

    values: Sequence[Any] = ()
    settings: Mapping[str, Any] | None = None

    def setting(self, name: str) -> Any:
        """A named argument; None if it was not given."""
        return (self.settings or {}).get(name)


class _Unread(Exception):
    """A setting that is not of Keras' form, or not described here, in words."""


def canonical(class_name: str) -> str:
    """The one name of a class that Keras wrote under several."""
    name = OWN_LAYERS.get(class_name, class_name)
    return ALIASES.get(name, name)


def snake_case(class_name: str) -> str:
    """Keras' rule for the name of a class inside a file: `SeparableConv2D` is `separable_conv2d`."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def is_bare_operation(class_name: str, module: object, call: Call) -> bool:
    """Whether this is a bare operation of Keras 3 (`keras.ops.add`), which it saves among the layers.

    Its legacy format names no module. There `Add` is a layer or an operation, which may add a number.
    """
    if module is not None:
        return str(module).startswith(_OPERATION_MODULES)
    if class_name in _LAYERS:
        return class_name in _OPERATIONS and len(call.values) > 1
    return class_name in _OPERATIONS or class_name in _BARE_ACTIVATIONS


def layer_operations(class_name: str, settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    """What a layer computes, one after another: none if it is idle, two if it holds an activation."""
    name = canonical(class_name)
    if name in IDLE:
        return ()
    try:
        if settings.get("data_format") == "channels_first":
            raise _Unread(
                f"a {snake_case(name)} over maps with channels first: convert the model to channels_last with Keras"
            )
        read = _LAYERS.get(name)
        operations = read(settings, call) if read else (Foreign(f"a {snake_case(name)[:60]}"),)
        inside = settings.get("activation") if name not in ("Activation",) else None
        return (*operations, *_activation(inside))
    except _Unread as error:
        return (Foreign(str(error)[:200]),)


def bare_operation(name: str, settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    """What a bare operation of Keras 3 (`keras.ops.add`) computes."""
    try:
        read = _OPERATIONS.get(name)
        if read is not None:
            return read(settings, call)
        if name not in _BARE_ACTIVATIONS:
            raise _Unread(f"the operation {name[:60]}")
        own = {setting for setting, value in settings.items() if value is not None} - _NO_SETTINGS
        if own or len(call.values) > 1:
            raise _Unread(f"the operation {name} with settings of its own")
        return _activation(_BARE_ACTIVATIONS[name])
    except _Unread as error:
        return (Foreign(str(error)[:200]),)


def tensorflow_operation(settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    """What a function of TensorFlow between the layers (`TFOpLambda`, `SlicingOpLambda` of Keras 2) computes."""
    function = settings.get("function")
    name = _TENSORFLOW.get(function) if isinstance(function, str) else None
    if name is None:
        return (Foreign(f"the operation tf.{str(function)[:60]}"),)
    return bare_operation(name, {**settings, **(call.settings or {})}, call)


def words_of(op: Operation) -> str:
    """What an operation computes, with all that decides it."""
    match op:
        case Foreign(words):
            return words
        case Affine():
            return "a rescaling"
        case ReversedChannels() | OneChannel():
            return "another order of channels"
        case Input(shape):
            return f"an input of {_times(shape)}"
        case Conv2D(filters, groups=groups):
            return _window("conv2d", op, filters, groups=groups)
        case DepthwiseConv2D(depth_multiplier=multiplier):
            return _window("depthwise_conv2d", op, None, multiplier=multiplier)
        case SeparableConv2D(filters, depth_multiplier=multiplier):
            return _window("separable_conv2d", op, filters, multiplier=multiplier)
        case MaxPool(pool, strides, padding):
            return f"max_pooling2d of {_times(pool)} with strides {_times(strides)} and padding {padding}"
        case AveragePool(pool, strides, padding):
            return f"average_pooling2d of {_times(pool)} with strides {_times(strides)} and padding {padding}"
        case BatchNorm(scale, center, epsilon):
            without = "".join(f", without {name}" for name, has in (("scale", scale), ("center", center)) if not has)
            return f"batch_normalization with epsilon {epsilon}{without}"
        case Activation(function):
            return f"activation {function}"
        case Dense(units, use_bias):
            return f"dense of {units} units{'' if use_bias else ' without bias'}"
    return snake_case(type(op).__name__)


def _window(
    kind: str,
    op: Conv2D | DepthwiseConv2D | SeparableConv2D,
    filters: int | None,
    *,
    groups: int = 1,
    multiplier: int = 1,
) -> str:
    words = f"{kind} with strides {_times(op.strides)} and padding {op.padding}, kernel {_times(op.kernel)}"
    words += "" if filters is None else f", {filters} filters"
    words += "" if groups == 1 else f", groups {groups}"
    words += "" if multiplier == 1 else f", depth multiplier {multiplier}"
    words += "" if op.dilation == (1, 1) else f", dilation {_times(op.dilation)}"
    return f"{words}, a bias" if op.use_bias else words


def _times(numbers: Sequence[object]) -> str:
    return " x ".join(str(number)[:20] for number in numbers)


# Settings. Each is of Keras' form, or the layer is read as none that is described here.


def _pair(settings: Mapping[str, Any], name: str, default: object = None) -> Pair:
    value = settings.get(name, default)
    pair = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(pair) == 1:
        pair = pair * 2
    if len(pair) != 2 or not all(type(number) is int and 0 < number < 10**6 for number in pair):
        raise _Unread(f"a layer with {name} {_shown(value)}")
    return pair


def _whole(settings: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = settings.get(name, default)
    if type(value) is not int or not 0 < value < 10**9:
        raise _Unread(f"a layer with {name} {_shown(value)}")
    return value


def _flag(settings: Mapping[str, Any], name: str, default: bool) -> bool:
    value = settings.get(name, default)
    if type(value) is not bool:
        raise _Unread(f"a layer with {name} {_shown(value)}")
    return value


def _padding(settings: Mapping[str, Any]) -> Any:
    value = settings.get("padding", "valid")
    if value not in ("valid", "same"):
        raise _Unread(f"a layer with padding {_shown(value)}")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e30 or not isfinite(value):
        raise _Unread(f"a layer with the number {_shown(value)}")
    return float(value)


def _numbers(value: object) -> tuple[float, ...]:
    """A constant for all channels, or one for each: bare, as nested lists, or as Keras wraps arrays."""
    for _ in range(8):
        if isinstance(value, dict):
            config = value.get("config")
            value = config.get("value") if isinstance(config, dict) else value.get("value")
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
            (value,) = value
    if isinstance(value, list | tuple):
        if not 1 <= len(value) <= 4:
            raise _Unread(f"a layer with the numbers {_shown(value)}")
        return tuple(_number(each) for each in value)
    return (_number(value),)


def _shown(value: object) -> str:
    text = str(value) if not isinstance(value, int) or abs(value) < 10**15 else "of very many digits"
    return text if len(text) <= 40 else f"{text[:40]}..."


def _activation(value: object) -> tuple[Operation, ...]:
    """The activation that a setting names."""
    if value in (None, "linear"):
        return ()
    if isinstance(value, dict):
        inner, config = value.get("class_name"), value.get("config")
        if isinstance(inner, str) and isinstance(config, dict) and inner in _LAYERS:
            return layer_operations(inner, config, Call())
        value = config if isinstance(config, str) else inner
    if not isinstance(value, str):
        raise _Unread("an activation of its own")
    name = _FUNCTION_ALIASES.get(value, value)
    if name not in _FUNCTIONS:
        raise _Unread(f"activation {value[:40]}")
    return (Activation(name),)  # type: ignore[arg-type]


# Layers.


def _conv2d(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    return (
        Conv2D(
            _whole(settings, "filters"),
            _pair(settings, "kernel_size"),
            _pair(settings, "strides", 1),
            _padding(settings),
            _flag(settings, "use_bias", True),
            _whole(settings, "groups", 1),
            _pair(settings, "dilation_rate", 1),
        ),
    )


def _depthwise(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    return (
        DepthwiseConv2D(
            _pair(settings, "kernel_size"),
            _pair(settings, "strides", 1),
            _padding(settings),
            _whole(settings, "depth_multiplier", 1),
            _flag(settings, "use_bias", True),
            _pair(settings, "dilation_rate", 1),
        ),
    )


def _separable(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    return (
        SeparableConv2D(
            _whole(settings, "filters"),
            _pair(settings, "kernel_size"),
            _pair(settings, "strides", 1),
            _padding(settings),
            _whole(settings, "depth_multiplier", 1),
            _flag(settings, "use_bias", True),
            _pair(settings, "dilation_rate", 1),
        ),
    )


def _pool(name: str) -> Callable[[Mapping[str, Any], Call], tuple[Operation, ...]]:
    def read(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
        pool = _pair(settings, "pool_size", 2)
        strides = pool if settings.get("strides") is None else _pair(settings, "strides")
        return (_WITH_POOL[name](pool, strides, _padding(settings)),)

    return read


def _batch_norm(settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    if call.setting("training") is True and settings.get("trainable") is not False:  # a frozen one never does
        raise _Unread("batch_normalization by the pictures of each batch (it is called with training=True)")
    axis = settings.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    # Over maps the last axis is 3, over vectors 1; axis 1 of maps would be channels first.
    if type(axis) is not int or axis not in (-1, 1, 3):
        raise _Unread(f"batch_normalization over axis {_shown(axis)}")
    epsilon = float(f"{_number(settings.get('epsilon', 1e-3)):.6g}")  # some files hold it as rounded to float32
    return (BatchNorm(_flag(settings, "scale", True), _flag(settings, "center", True), epsilon),)


def batch_norm_axis(settings: Mapping[str, Any]) -> object:
    """The axis of a batch normalization, as its settings have it."""
    axis = settings.get("axis", -1)
    return axis[0] if isinstance(axis, list) and len(axis) == 1 else axis


def _zero_pad(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    value = settings.get("padding", 1)
    value = [value, value] if not isinstance(value, list | tuple) else value
    pairs = [[each, each] if not isinstance(each, list | tuple) else each for each in value]
    if [len(pair) for pair in pairs] != [2, 2] or not all(
        type(n) is int and 0 <= n < 10**4 for pair in pairs for n in pair
    ):
        raise _Unread(f"zero_padding2d of {_shown(value)}")
    return (ZeroPad(((pairs[0][0], pairs[0][1]), (pairs[1][0], pairs[1][1]))),)


def _global(
    op: type[GlobalAveragePool | GlobalMaxPool],
) -> Callable[[Mapping[str, Any], Call], tuple[Operation, ...]]:
    return lambda settings, _: (op(_flag(settings, "keepdims", False)),)


def _reshape(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    shape = settings.get("target_shape")
    if not isinstance(shape, list | tuple) or not 1 <= len(shape) <= 3:
        raise _Unread(f"a reshape to {_shown(shape)}")
    if not all(type(side) is int and 0 < side < 10**7 for side in shape):
        raise _Unread(f"a reshape to {_shown(shape)}")
    return (Reshape(tuple(shape)),)


def _local_response_norm(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    radius = settings.get("depth_radius")
    if type(radius) is not int:
        raise _Unread(f"a local response normalization with depth_radius {_shown(radius)}")
    return (LocalResponseNorm(radius, *(_number(settings.get(name)) for name in ("bias", "alpha", "beta"))),)


def _dense(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    return (Dense(_whole(settings, "units"), _flag(settings, "use_bias", True)),)


def _relu(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    ceiling, slope = settings.get("max_value"), settings.get("negative_slope") or 0
    if _number(slope) or _number(settings.get("threshold") or 0):
        raise _Unread("re_lu with settings of its own")
    if ceiling is None:
        return (Activation("relu"),)
    if _number(ceiling) != 6:
        raise _Unread(f"activation relu up to {_number(ceiling):g}")
    return (Activation("relu6"),)


def _leaky(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    # Keras 2 called the slope alpha; its layer's default is 0.3, its function's 0.2.
    slope = _number(settings.get("negative_slope", settings.get("alpha", 0.3)))
    if abs(slope - 0.2) > 1e-6:
        raise _Unread(f"activation leaky_relu of slope {slope:g}")
    return (Activation("leaky_relu"),)


def _elu(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    if _number(settings.get("alpha", 1)) != 1:
        raise _Unread("elu with settings of its own")
    return (Activation("elu"),)


def _gelu(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    if settings.get("approximate", True) is not False:
        raise _Unread("gelu in its approximation by tanh: only the exact one, approximate=False, is known here")
    return (Activation("gelu"),)


def _softmax(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    if settings.get("axis", -1) not in (-1, 1):
        raise _Unread(f"softmax over axis {_shown(settings.get('axis'))}")
    return (SOFTMAX,)


def _concatenate(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    if settings.get("axis", -1) not in (-1, 3):
        raise _Unread(f"concatenate over axis {_shown(settings.get('axis'))}")
    return (Concat(),)


def _rescaling(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    return (Affine(_numbers(settings.get("scale")), _numbers(settings.get("offset", 0))),)


def _normalization(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
    axis = settings.get("axis", -1)  # [] is how Keras 3 writes None: one mean for all channels
    if axis not in (-1, 3, [-1], [3], None, []):
        raise _Unread(f"normalization over axis {_shown(axis)}")
    if settings.get("invert"):
        raise _Unread("an inverted normalization")
    mean, variance = settings.get("mean"), settings.get("variance")
    if mean is None or variance is None:
        return (Affine(None, None),)
    return (normalized(_numbers(mean), _numbers(variance)),)


def normalized(mean: Sequence[float], variance: Sequence[float]) -> Affine:
    """`(value - mean) / sqrt(variance)`, no divisor below 1e-7: Keras' Normalization."""
    length = max(len(mean), len(variance))
    mean, variance = (tuple(values) * length if len(values) == 1 else values for values in (mean, variance))
    if len(mean) != len(variance) or min(variance) < 0:
        raise _Unread("normalization with settings of its own")
    deviation = [max(each**0.5, 1e-7) for each in variance]
    return Affine(
        tuple(1 / each for each in deviation), tuple(-m / each for m, each in zip(mean, deviation, strict=True))
    )


_LAYERS: Mapping[str, Callable[[Mapping[str, Any], Call], tuple[Operation, ...]]] = {
    "Conv2D": _conv2d,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "BatchNormalization": _batch_norm,
    "Dense": _dense,
    "Activation": lambda settings, _: _activation(settings.get("activation")),
    "ReLU": _relu,
    "ELU": _elu,
    "LeakyReLU": _leaky,
    "Softmax": _softmax,
    "MaxPooling2D": _pool("MaxPooling2D"),
    "AveragePooling2D": _pool("AveragePooling2D"),
    "ZeroPadding2D": _zero_pad,
    "GlobalAveragePooling2D": _global(GlobalAveragePool),
    "GlobalMaxPooling2D": _global(GlobalMaxPool),
    "Flatten": lambda *_: (Flatten(),),
    "Reshape": _reshape,
    "LocalResponseNormalization": _local_response_norm,
    "Add": lambda *_: (Add(),),
    "Concatenate": _concatenate,
    "Rescaling": _rescaling,
    "Normalization": _normalization,
}


# Bare operations.


def _constants(settings: Mapping[str, Any], call: Call) -> tuple[tuple[float, ...] | None, bool]:
    """The number beside the one tensor, and whether it comes first; None if there are two tensors."""
    values = [value for value in call.values if value is not None]
    for name in ("x1", "x", "x2", "y", "bias"):
        if name in settings and settings[name] is not None:
            values.append(settings[name])
    tensors = sum(value is TENSOR for value in values)
    if len(values) != 2 or not tensors:
        raise _Unread("an operation of other than two values")
    if tensors == 2:
        return None, False
    is_first = values[0] is not TENSOR
    return _numbers(values[not is_first]), is_first


def _add(settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    constant, _ = _constants(settings, call)
    return (Add(),) if constant is None else (Affine((1.0,), constant),)


def _subtract(settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    constant, is_first = _constants(settings, call)
    if constant is None:
        raise _Unread("the operation Subtract of two maps")
    return (Affine((-1.0,), constant) if is_first else Affine((1.0,), tuple(-each for each in constant)),)


def _multiply(settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    constant, _ = _constants(settings, call)
    if constant is None:
        raise _Unread("the operation Multiply of two maps")
    return (Affine(constant, (0.0,)),)


def _divide(settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    constant, is_first = _constants(settings, call)
    if constant is None or is_first or 0 in constant:
        raise _Unread("the operation TrueDivide by something else than a number")
    return (Affine(tuple(1 / each for each in constant), (0.0,)),)


def _cast(settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    dtype = settings.get("dtype", call.values[1] if len(call.values) > 1 else None)
    if not str(dtype).startswith(("float", "bfloat")):
        raise _Unread(f"the operation Cast to {_shown(dtype)}")
    return ()


def _get_item(settings: Mapping[str, Any], call: Call) -> tuple[Operation, ...]:
    """`x[..., ::-1]`, and `x[..., 2]` of which three are stacked: how `preprocess_input` reverses channels."""
    key = settings.get("slice_spec", settings.get("key", call.values[1] if len(call.values) > 1 else None))
    match key:
        case [{"class_name": "__ellipsis__"}, last] | [_, _, _, last] if all(map(_is_whole, key[:-1])):
            if type(last) is int:
                return (OneChannel(last),)
            if _slice(last) == (None, None, -1):
                return (ReversedChannels(),)
    raise _Unread("the operation GetItem")


def _is_whole(part: object) -> bool:
    """Whether `part` of an index leaves its axis, or its axes, as they are."""
    return isinstance(part, dict) and (
        part.get("class_name") == "__ellipsis__" or _slice(part) in ((None, None, None), (None, None, 1))
    )


def _slice(part: object) -> tuple[object, ...]:
    """Start, stop and step; nothing if `part` is no slice."""
    settings = part.get("config", part) if isinstance(part, dict) else None
    if not isinstance(settings, dict) or not settings.keys() >= {"start", "stop", "step"}:
        return ()
    return settings["start"], settings["stop"], settings["step"]


def _reduced(
    op: type[GlobalAveragePool | GlobalMaxPool], name: str
) -> Callable[[Mapping[str, Any], Call], tuple[Operation, ...]]:
    def read(settings: Mapping[str, Any], _: Call) -> tuple[Operation, ...]:
        if settings.get("axis") not in ([1, 2], (1, 2), [-3, -2]):
            raise _Unread(f"the operation {name} over axis {_shown(settings.get('axis'))}")
        return (op(_flag(settings, "keepdims", False)),)

    return read


_OPERATIONS: Mapping[str, Callable[[Mapping[str, Any], Call], tuple[Operation, ...]]] = {
    "Add": _add,
    "Subtract": _subtract,
    "Multiply": _multiply,
    "TrueDivide": _divide,
    "Divide": _divide,
    "Cast": _cast,
    "GetItem": _get_item,
    "Stack": lambda *_: (ReversedChannels(),),
    "Concatenate": _concatenate,
    "LeakyRelu": _leaky,
    "Elu": _elu,
    "Gelu": _gelu,
    "Softmax": _softmax,
    "Mean": _reduced(GlobalAveragePool, "Mean"),
    "Max": _reduced(GlobalMaxPool, "Max"),
}

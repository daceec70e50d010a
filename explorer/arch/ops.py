"""The operations that networks are made of: each with its shape, variable and multiply-add rules in one place.

Shapes carry no batch dimension: (height, width, channels) for feature maps, (units,) for vectors.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import prod
from typing import ClassVar, Literal, NamedTuple

from explorer.errors import ConfigError

Shape = tuple[int, ...]
Pair = tuple[int, int]
Padding = Literal["valid", "same"]
Kind = Literal["convolution", "depthwise", "pointwise", "dense", "normalization"]
Function = Literal[
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "sigmoid",
    "hard_sigmoid",
    "tanh",
    "softplus",
    "softsign",
    "exponential",
    "mish",
    "hard_silu",
    "softmax",
    "linear",
]
FUNCTIONS: dict[Function, str] = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "Leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "sigmoid": "Sigmoid",
    "hard_sigmoid": "Hard sigmoid",
    "tanh": "Tanh",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "exponential": "Exponential",
    "mish": "Mish",
    "hard_silu": "Hard SiLU",
    "softmax": "Softmax",
    "linear": "Linear",
}
"""What each activation function is called; the keys are Keras' own strings, with the settings that Keras gives them."""


class Variable(NamedTuple):
    """One array of weights, named and shaped as Keras holds it."""

    name: str
    shape: Shape
    trainable: bool = True

    @property
    def params(self) -> int:
        """Number of values in the array."""
        return prod(self.shape)


class Work(NamedTuple):
    """A share of an operation's cost: multiply-adds and the parameters that do them.

    Attributes:
        kind: What sort of arithmetic it is.
        macs: Multiply-adds for one image. Batch normalization, activations, pooling and additions count 0.
        params: Parameters, trainable or not.
    """

    kind: Kind
    macs: int
    params: int


class Window(NamedTuple):
    """What one output pixel reads: a window of `kernel` pixels that moves by `strides`, per axis (rows, columns).

    Of a dilated window the pixels lie `dilation` apart, so that it reaches further for the same weights.
    """

    kernel: Pair
    strides: Pair
    padding: Padding
    dilation: Pair = (1, 1)

    @property
    def extent(self) -> Pair:
        """Pixels from the first to the last one that the window reads, both included."""
        (height, width), dilation = self.kernel, self.dilation
        return (height - 1) * dilation[0] + 1, (width - 1) * dilation[1] + 1

    def output_size(self, size: Pair) -> Pair:
        """Spatial size after the window has moved over `size` pixels (rows, columns).

        Raises:
            ConfigError: If a "valid" window is larger than what it reads.
            ValueError: If it is both strided and dilated, which Keras does not compute.
        """
        if self.strides != (1, 1) and self.dilation != (1, 1):
            raise ValueError(f"a window has strides or dilation, not both: got {self.strides} and {self.dilation}")
        (down, across), (height, width) = self.strides, size
        if self.padding == "same":
            return -(-height // down), -(-width // across)  # rounded up
        high, wide = self.extent
        rows, columns = (height - high) // down + 1, (width - wide) // across + 1
        if rows < 1 or columns < 1:
            raise ConfigError(
                f"a window of {high} x {wide} does not fit into a map of {height} x {width}: choose a larger input size"
            )
        return rows, columns

    def padding_before(self, size: Pair) -> Pair:
        """Zeros put before the first row and column: the smaller half, as TensorFlow's "same" does."""
        if self.padding == "valid":
            return 0, 0
        (down, across), (high, wide), (height, width) = self.strides, self.extent, size
        # The last window begins at the largest multiple of the stride inside the map.
        below = (height - 1) // down * down + high - height
        beyond = (width - 1) // across * across + wide - width
        return max(below, 0) // 2, max(beyond, 0) // 2


POINT = Window((1, 1), (1, 1), "valid")


class Op(ABC):
    """An operation. Every subclass states its rules; there is no default that could be silently wrong."""

    __slots__ = ()
    is_costless: ClassVar[bool] = False
    """Whether it has neither weights nor multiply-adds whatever it reads."""
    has_statistics: ClassVar[bool] = False
    """Whether some of its variables are not trained."""

    @abstractmethod
    def output_shape(self, *inputs: Shape) -> Shape:
        """Shape of the output for the given input shapes."""

    @abstractmethod
    def variables(self, *inputs: Shape) -> tuple[Variable, ...]:
        """The weights that the operation holds, in Keras' order."""

    @abstractmethod
    def work(self, output: Shape, *inputs: Shape) -> tuple[Work, ...]:
        """The operation's cost for one image, a share for each kind of arithmetic; `output` is its output's shape."""

    @property
    @abstractmethod
    def window(self) -> Window | None:
        """What one output pixel reads; None if it reads the whole map."""

    def intermediate_shape(self, *inputs: Shape) -> Shape:
        """Shape of the feature map that exists only while the operation runs; (0,) if there is none."""
        return (0,)


class Costless(Op):
    """An operation without weights and without multiply-adds."""

    __slots__ = ()
    is_costless = True

    def variables(self, *inputs: Shape) -> tuple[Variable, ...]:  # noqa: D102
        return ()

    def work(self, output: Shape, *inputs: Shape) -> tuple[Work, ...]:  # noqa: D102
        return ()


class Elementwise(Costless):
    """A costless operation whose output has the shape of its input."""

    __slots__ = ()

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return inputs[0]

    @property
    def window(self) -> Window | None:  # noqa: D102
        return POINT


@dataclass(frozen=True, slots=True)
class Input(Costless):
    """The image."""

    shape: Shape

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return self.shape

    @property
    def window(self) -> Window | None:  # noqa: D102
        return POINT


@dataclass(frozen=True, slots=True)
class Conv2D(Op):
    """Convolution over space and channels; with `groups` > 1 over that many independent channel segments."""

    filters: int
    kernel: Pair
    strides: Pair = (1, 1)
    padding: Padding = "same"
    use_bias: bool = False
    groups: int = 1
    dilation: Pair = (1, 1)

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        ((rows, columns, _),) = inputs
        return (*self.window.output_size((rows, columns)), self.filters)

    def variables(self, *inputs: Shape) -> tuple[Variable, ...]:  # noqa: D102
        ((*_, channels),) = inputs
        kernel = Variable("kernel", (*self.kernel, channels // self.groups, self.filters))
        return (kernel, Variable("bias", (self.filters,))) if self.use_bias else (kernel,)

    def work(self, output: Shape, *inputs: Shape) -> tuple[Work, ...]:  # noqa: D102
        rows, columns, filters = output
        kernel = self.kernel[0] * self.kernel[1] * (inputs[0][-1] // self.groups) * filters
        return (Work("convolution", rows * columns * kernel, kernel + filters * self.use_bias),)

    @property
    def window(self) -> Window:  # noqa: D102
        return Window(self.kernel, self.strides, self.padding, self.dilation)


@dataclass(frozen=True, slots=True)
class DepthwiseConv2D(Op):
    """Convolution over space alone, `depth_multiplier` outputs for each input channel."""

    kernel: Pair
    strides: Pair = (1, 1)
    padding: Padding = "same"
    depth_multiplier: int = 1
    use_bias: bool = False
    dilation: Pair = (1, 1)

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        ((rows, columns, channels),) = inputs
        return (*self.window.output_size((rows, columns)), channels * self.depth_multiplier)

    def variables(self, *inputs: Shape) -> tuple[Variable, ...]:  # noqa: D102
        ((*_, channels),) = inputs
        kernel = Variable("kernel", (*self.kernel, channels, self.depth_multiplier))
        return (kernel, Variable("bias", (channels * self.depth_multiplier,))) if self.use_bias else (kernel,)

    def work(self, output: Shape, *inputs: Shape) -> tuple[Work, ...]:  # noqa: D102
        rows, columns, channels = output
        kernel = self.kernel[0] * self.kernel[1] * channels
        return (Work("depthwise", rows * columns * kernel, kernel + channels * self.use_bias),)

    @property
    def window(self) -> Window:  # noqa: D102
        return Window(self.kernel, self.strides, self.padding, self.dilation)


@dataclass(frozen=True, slots=True)
class SeparableConv2D(Op):
    """A depthwise convolution followed at once by a pointwise (1x1) one. Source: arXiv:1610.02357, section 2."""

    filters: int
    kernel: Pair
    strides: Pair = (1, 1)
    padding: Padding = "same"
    depth_multiplier: int = 1
    use_bias: bool = False
    dilation: Pair = (1, 1)

    @property
    def depthwise(self) -> DepthwiseConv2D:
        """The first half."""
        return DepthwiseConv2D(self.kernel, self.strides, self.padding, self.depth_multiplier, dilation=self.dilation)

    @property
    def pointwise(self) -> Conv2D:
        """The second half."""
        return Conv2D(self.filters, (1, 1), use_bias=self.use_bias)

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        ((rows, columns, _),) = inputs
        return (*self.window.output_size((rows, columns)), self.filters)

    def variables(self, *inputs: Shape) -> tuple[Variable, ...]:  # noqa: D102
        ((*_, channels),) = inputs
        mixed = channels * self.depth_multiplier
        variables = (
            Variable("depthwise_kernel", (*self.kernel, channels, self.depth_multiplier)),
            Variable("pointwise_kernel", (1, 1, mixed, self.filters)),
        )
        return (*variables, Variable("bias", (self.filters,))) if self.use_bias else variables

    def work(self, output: Shape, *inputs: Shape) -> tuple[Work, ...]:  # noqa: D102
        rows, columns, filters = output
        mixed = inputs[0][-1] * self.depth_multiplier
        depthwise = self.kernel[0] * self.kernel[1] * mixed
        pointwise = mixed * filters
        return (
            Work("depthwise", rows * columns * depthwise, depthwise),
            Work("pointwise", rows * columns * pointwise, pointwise + filters * self.use_bias),
        )

    @property
    def window(self) -> Window:  # noqa: D102
        return Window(self.kernel, self.strides, self.padding, self.dilation)

    def intermediate_shape(self, *inputs: Shape) -> Shape:
        """The depthwise output, which the pointwise half reads."""
        ((rows, columns, channels),) = inputs
        return (*self.window.output_size((rows, columns)), channels * self.depth_multiplier)


@dataclass(frozen=True, slots=True)
class BatchNorm(Op):
    """Batch normalization over the channels; its moving statistics are parameters that are not trained."""

    has_statistics: ClassVar[bool] = True

    scale: bool = True
    center: bool = True
    epsilon: float = 1e-3

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return inputs[0]

    def variables(self, *inputs: Shape) -> tuple[Variable, ...]:  # noqa: D102
        channels = inputs[0][-1:]
        variables: tuple[Variable, ...] = (
            Variable("moving_mean", channels, False),
            Variable("moving_variance", channels, False),
        )
        if self.center:
            variables = (Variable("beta", channels), *variables)
        return (Variable("gamma", channels), *variables) if self.scale else variables

    def work(self, output: Shape, *inputs: Shape) -> tuple[Work, ...]:
        """No multiply-adds: at inference it folds into the convolution before it."""
        return (Work("normalization", 0, (2 + self.scale + self.center) * inputs[0][-1]),)

    @property
    def window(self) -> Window | None:  # noqa: D102
        return POINT


@dataclass(frozen=True, slots=True)
class Dense(Op):
    """Fully-connected layer on a vector."""

    units: int
    use_bias: bool = True

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return (self.units,)

    def variables(self, *inputs: Shape) -> tuple[Variable, ...]:  # noqa: D102
        ((features,),) = inputs
        kernel = Variable("kernel", (features, self.units))
        return (kernel, Variable("bias", (self.units,))) if self.use_bias else (kernel,)

    def work(self, output: Shape, *inputs: Shape) -> tuple[Work, ...]:  # noqa: D102
        kernel = inputs[0][0] * self.units
        return (Work("dense", kernel, kernel + self.units * self.use_bias),)

    @property
    def window(self) -> Window | None:  # noqa: D102
        return None


@dataclass(frozen=True, slots=True)
class Activation(Elementwise):
    """A non-linearity, applied to each value; softmax to the channels of each pixel, or to the units of a vector.

    Settings are those of Keras 3's strings: leaky ReLU has the slope 0.2 below 0, GELU is the exact one, hard sigmoid
    is relu6(x + 3) / 6 (in Keras 2 it was another function of that name).
    """

    function: Function = "relu"


@dataclass(frozen=True, slots=True)
class LocalResponseNorm(Elementwise):
    """Each value divided by (bias + alpha x sum of squares) ** beta, over the channels up to `depth_radius` away.

    Channels beyond the first and the last count as 0. The rule and its names are TensorFlow's. Caffe divides its
    alpha by the number of channels summed, 2 x depth_radius + 1: its 1e-4 over 5 channels is 2e-5 here.
    Source: Krizhevsky et al., 2012, section 3.3.
    """

    depth_radius: int = 5
    bias: float = 1.0
    alpha: float = 1.0
    beta: float = 0.5


@dataclass(frozen=True, slots=True)
class ChannelScale(Elementwise):
    """Each channel times its `scale` plus its `offset`; with `reverse` the channels are first put in reverse order.

    What turns a picture into what trained weights expect (`explorer.arch.preprocessing`).
    """

    scale: tuple[float, ...]
    offset: tuple[float, ...]
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Dropout(Elementwise):
    """Drops the share `rate` of the values in training; does nothing at inference."""

    rate: float


@dataclass(frozen=True, slots=True)
class _Pool(Costless):
    """The window of a pooling layer."""

    pool: Pair
    strides: Pair
    padding: Padding = "valid"

    def output_shape(self, *inputs: Shape) -> Shape:
        ((rows, columns, channels),) = inputs
        return (*self.window.output_size((rows, columns)), channels)

    @property
    def window(self) -> Window:
        return Window(self.pool, self.strides, self.padding)


@dataclass(frozen=True, slots=True)
class MaxPool(_Pool):
    """The largest value of each window, channel by channel."""


@dataclass(frozen=True, slots=True)
class AveragePool(_Pool):
    """The mean of each window, channel by channel; padding is left out of the mean, as in TensorFlow."""


@dataclass(frozen=True, slots=True)
class ZeroPad(Costless):
    """Zeros around the map: ((top, bottom), (left, right)) pixels."""

    padding: tuple[Pair, Pair]

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        ((rows, columns, channels),) = inputs
        return rows + sum(self.padding[0]), columns + sum(self.padding[1]), channels

    @property
    def window(self) -> Window | None:  # noqa: D102
        return POINT


@dataclass(frozen=True, slots=True)
class _GlobalPool(Costless):
    """One value for each channel: (height, width, channels) -> (channels,), with `keepdims` (1, 1, channels)."""

    keepdims: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        ((_, _, channels),) = inputs
        return (1, 1, channels) if self.keepdims else (channels,)

    @property
    def window(self) -> Window | None:
        return None


@dataclass(frozen=True, slots=True)
class GlobalAveragePool(_GlobalPool):
    """The mean over all pixels of each channel."""


@dataclass(frozen=True, slots=True)
class GlobalMaxPool(_GlobalPool):
    """The largest value over all pixels of each channel."""


@dataclass(frozen=True, slots=True)
class Flatten(Costless):
    """All values of the map as one vector."""

    def output_shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return (prod(inputs[0]),)

    @property
    def window(self) -> Window | None:  # noqa: D102
        return None


@dataclass(frozen=True, slots=True)
class Reshape(Costless):
    """The same values in another shape, in the order of rows, columns, channels."""

    shape: Shape

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape asked for.

        Raises:
            ValueError: If it holds another number of values than the input.
        """
        if prod(inputs[0]) != prod(self.shape):
            raise ValueError(f"Reshape to {self.shape} needs {prod(self.shape)} values, got {inputs[0]}")
        return self.shape

    @property
    def window(self) -> Window | None:  # noqa: D102
        return None


@dataclass(frozen=True, slots=True)
class Add(Costless):
    """The sum of maps of one shape: the end of a residual module."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """The common shape.

        Raises:
            ValueError: If the shapes differ.
        """
        if len(set(inputs)) != 1:
            raise ValueError(f"Add needs inputs of one shape, got {inputs}")
        return inputs[0]

    @property
    def window(self) -> Window | None:  # noqa: D102
        return POINT


@dataclass(frozen=True, slots=True)
class Concat(Costless):
    """The channels of several maps of one spatial size, side by side."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """The common spatial size with the sum of the channels.

        Raises:
            ValueError: If the spatial sizes differ.
        """
        if len({shape[:-1] for shape in inputs}) != 1:
            raise ValueError(f"Concat needs inputs of one spatial size, got {inputs}")
        return (*inputs[0][:-1], sum(shape[-1] for shape in inputs))

    @property
    def window(self) -> Window | None:  # noqa: D102
        return POINT

"""Operations and what is otherwise about them, as sentences call them."""

from collections.abc import Callable, Sequence
from typing import Any

from explorer.arch.graph import Node
from explorer.arch.ops import (
    FUNCTIONS,
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
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    LocalResponseNorm,
    MaxPool,
    Op,
    Reshape,
    SeparableConv2D,
    ZeroPad,
)
from explorer.counting.differences.difference import INPUT_SHAPES, OUTPUT_SHAPE, READS, Change, LayerDifference
from explorer.quantities import exact, shape

_NOUNS: dict[type[Op], str] = {
    Input: "input",
    Conv2D: "convolution",
    DepthwiseConv2D: "depthwise convolution",
    SeparableConv2D: "separable convolution",
    BatchNorm: "batch normalization",
    Dense: "fully-connected layer",
    LocalResponseNorm: "local response normalization",
    ChannelScale: "scaling of channels",
    Dropout: "dropout layer",
    MaxPool: "max pooling",
    AveragePool: "average pooling",
    ZeroPad: "zero padding",
    GlobalAveragePool: "global average pooling",
    GlobalMaxPool: "global max pooling",
    Flatten: "flattening",
    Reshape: "reshaping",
    Add: "addition",
    Concat: "concatenation",
}


def noun(node: Node) -> str:
    """What a layer is called, without its settings: "shortcut convolution", "ReLU".

    Raises:
        TypeError: If the operation has no words yet.
    """
    if isinstance(node.op, Activation):
        return FUNCTIONS[node.op.function]
    if type(node.op) not in _NOUNS:
        raise TypeError(f"there are no words for {type(node.op).__name__}")
    name = _NOUNS[type(node.op)]
    return f"shortcut {name}" if node.branch == "shortcut" and isinstance(node.op, Conv2D) else name


def kernel_and_noun(op: Op, name: str) -> str:
    """The noun of a convolution with its kernel and its groups: "3 x 3 convolution over 4 groups of channels"."""
    if not isinstance(op, Conv2D):
        return name
    groups = f" over {op.groups} groups of channels" if op.groups > 1 else ""
    return f"{shape(op.kernel)} {name}{groups}"


def size_of(op: Op) -> str:
    """How many outputs an operation has by its own setting, in words; nothing if what it reads tells it."""
    match op:
        case Conv2D(filters=filters) | SeparableConv2D(filters=filters):
            return f"{exact(filters)} filters"
        case Dense(units=units):
            return f"{exact(units)} units"
        case Dropout(rate=rate):
            return f"rate {rate:g}"
    return ""


def plural(name: str, count: int) -> str:
    """The noun for so many: "convolutions", "scalings of channels"."""
    if count == 1:
        return name
    head, of, rest = name.partition(" of ")
    return f"{head}s{of}{rest}"


def counted(name: str, count: int) -> str:
    """How many there are: "3 ReLUs"; one has its article."""
    return f"{exact(count)} {plural(name, count)}" if count > 1 else with_article(name)


def with_article(name: str) -> str:
    """One of it: "a ReLU", "an addition"."""
    # A letter that is spoken: an ELU; SELU and SiLU are spoken as words.
    return f"{'an' if name[0].lower() in 'aeio' or name.startswith('8') else 'a'} {name}"


def listed(parts: Sequence[str]) -> str:
    """One after the other: "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _flag(has: str, has_not: str) -> Callable[[Any], str]:
    return lambda value: has if value else has_not


_SETTINGS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "filters": ("{} filters", exact),
    "units": ("{} units", exact),
    "kernel": ("kernels of {}", shape),
    "pool": ("windows of {}", shape),
    "strides": ("strides of {}", shape),
    "dilation": ("a dilation of {}", shape),
    "groups": ("{} groups of channels", exact),
    "depth_multiplier": ("a depth multiplier of {}", exact),
    "rate": ("a rate of {}", "{:g}".format),
    "function": ("the function {}", lambda value: FUNCTIONS[value]),
    "padding": ("{} padding", str),
    "epsilon": ("an epsilon of {}", "{:g}".format),
}
_FLAGS = {
    "use_bias": ("a bias", "no bias"),
    "scale": ("a scale", "no scale"),
    "center": ("an offset", "no offset"),
    "keepdims": ("a map for a result", "a vector for a result"),
    "reverse": ("the channels in reverse order", "the channels in their order"),
}


def setting_words(change: Change) -> str:
    """A changed setting: "same padding instead of valid", "a bias", "kernels of 5 x 5 instead of 3 x 3"."""
    if isinstance(change.second, bool) and change.what in _FLAGS:
        has, has_not = _FLAGS[change.what]
        return has if change.second else has_not
    words, text = _SETTINGS.get(change.what, (f"{change.what.replace('_', ' ')} {{}}", str))
    return f"{words.format(text(change.second))} instead of {text(change.first)}"


def setting_noun(name: str) -> str:
    """Of a setting that differs from layer to layer: "numbers of filters", "kernels"."""
    plain = {"filters": "numbers of filters", "units": "numbers of units", "kernel": "kernels", "pool": "windows"}
    return plain.get(name, name.replace("_", " "))


def changes_words(row: LayerDifference) -> str:
    """All that is otherwise about a layer: "same padding instead of valid; output 150 x 150 x 32 instead of ..."."""
    changes = {change.what: change for change in row.changes}
    words = [setting_words(change) for change in row.settings]
    if read := changes.get(READS):
        after, before = ", ".join(read.second) or "nothing", ", ".join(read.first) or "nothing"
        words.append(f"reads {after} instead of {before}")
    if output := changes.get(OUTPUT_SHAPE):
        words.append(f"output {shape(output.second)} instead of {shape(output.first)}")
    elif read_shapes := changes.get(INPUT_SHAPES):
        after, before = (" and ".join(map(shape, each)) for each in (read_shapes.second, read_shapes.first))
        words.append(f"input {after} instead of {before}")
    return "; ".join(words)

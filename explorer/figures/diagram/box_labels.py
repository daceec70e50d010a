"""The words in the diagram's boxes, after those of the paper's figure 5."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

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
    Pair,
    Reshape,
    SeparableConv2D,
    ZeroPad,
)
from explorer.counting.tally import LayerTally, Sums
from explorer.figures.diagram.structure import Step
from explorer.quantities import exact, rounded, shape

_BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Label:
    """What a box says: in a wide box, and in a narrow one (a line each for kernel and filters)."""

    wide: str
    narrow: tuple[str, ...]


def operation(op: Op) -> Label:
    """What one operation is called.

    Raises:
        TypeError: If the operation has no words yet.
    """
    match op:
        case Input(shape=size):
            return Label(f"Image {shape(size)}", ("Image",))
        case Conv2D(filters=filters, kernel=kernel, strides=strides):
            return Label(f"Conv {filters}, {_window(kernel, strides)}", (_narrow(op), str(filters)))
        case SeparableConv2D(filters=filters, kernel=kernel, strides=strides):
            return Label(f"SeparableConv {filters}, {_window(kernel, strides)}", (f"sep {_narrow(op)}", str(filters)))
        case DepthwiseConv2D(kernel=kernel, strides=strides):
            return Label(f"DepthwiseConv {_window(kernel, strides)}", ("depthwise", _narrow(op)))
        case MaxPool(pool=pool, strides=strides):
            return Label(f"MaxPool {_window(pool, strides)}", ("max", _window(pool, strides)))
        case AveragePool(pool=pool, strides=strides):
            return Label(f"AveragePool {_window(pool, strides)}", ("avg", _window(pool, strides)))
        case BatchNorm():
            return Label("BatchNorm", ("BN",))
        case ChannelScale():
            return Label("Scale and shift", ("Scale",))
        case Activation(function=function):
            return Label(FUNCTIONS[function], (FUNCTIONS[function],))
        case Dense(units=units):
            return Label(f"Dense {units}", ("Dense", str(units)))
        case Dropout(rate=rate):
            return Label(f"Dropout {rate:g}", ("Dropout",))
        case ZeroPad(padding=((top, bottom), (left, right))):
            return Label(f"ZeroPad {top}, {bottom}, {left}, {right}", ("ZeroPad",))
        case GlobalAveragePool():
            return Label("GlobalAveragePool", ("GAP",))
        case GlobalMaxPool():
            return Label("GlobalMaxPool", ("GMP",))
        case LocalResponseNorm():
            return Label("LocalResponseNorm", ("LRN",))
        case Reshape(shape=size):
            return Label(f"Reshape {shape(size)}", ("Reshape",))
        case Flatten():
            return Label("Flatten", ("Flatten",))
        case Concat():
            return Label("Concat", ("Concat",))
        case Add():
            return Label("Add", ("Add",))
    raise TypeError(f"the diagram has no words for {type(op).__name__}")


def step(of: Step) -> Label:
    """What a box is called: a separable convolution in several layers is still one."""
    if len(of.layers) == 1:
        return operation(of.layers[0].node.op)
    spatial, pointwise = of.layers[0].node.op, of.layers[-1].node.op
    assert isinstance(spatial, Conv2D | DepthwiseConv2D) and isinstance(pointwise, Conv2D)
    return operation(SeparableConv2D(pointwise.filters, spatial.kernel, spatial.strides))


def notes(of: Step) -> tuple[str, ...]:
    """What sets a convolution apart from the plain case."""
    remarks = []
    for layer in of.layers:
        op = layer.node.op
        if isinstance(op, Conv2D) and (op.groups > 1 or (layer.node.part and layer.node.part.step == "depthwise")):
            remarks.append(f"{op.groups} segment{'s' if op.groups > 1 else ''}")
        multiplier = _depth_multiplier(layer)
        if multiplier > 1:
            remarks.append(f"depth multiplier {multiplier}")
        if len(of.layers) > 1 and isinstance(op, Activation):
            remarks.append(f"{FUNCTIONS[op.function]} between")
        if isinstance(op, Conv2D | DepthwiseConv2D | SeparableConv2D):
            if op.dilation != (1, 1):
                remarks.append(_dilation(op.dilation))
            if op.use_bias:
                remarks.append(_BIAS)
    return tuple(remarks)


def part(layer: LayerTally) -> str:
    """What one layer of a separable convolution in several layers does in it."""
    op, role = layer.node.op, layer.node.part
    if role is not None and role.step == "pointwise" and isinstance(op, Conv2D):
        return f"pointwise 1×1, {op.filters}"
    if role is not None and role.step == "depthwise":
        assert isinstance(op, Conv2D | DepthwiseConv2D)
        window, filters = _window(op.kernel, op.strides), layer.output_shape[-1]
        if isinstance(op, Conv2D) and op.groups > 1:
            return f"{window} in {op.groups} segments, {filters}"
        return f"{'depthwise' if isinstance(op, DepthwiseConv2D) else 'regular'} {window}, {filters}"
    return operation(op).wide


def summary(steps: tuple[Step, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A closed module in lines: equal convolutions counted, pooling, dense layers; each with its notes."""
    return tuple(
        (f"{count} × {text}" if (count := len(list(same))) > 1 else text, remarks)
        for (text, remarks), same in groupby(_lines(steps))
    )


def _lines(steps: tuple[Step, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A line for each weighty step; a depthwise and a pointwise convolution that belong together share one."""
    first: Step | None = None
    between: list[str] = []
    for of in steps:
        role = of.layers[0].step if len(of.layers) == 1 else None
        if role == "depthwise":
            first, between = of, []
        elif first is not None and role == "pointwise":
            yield _pair(first, between, of)
            first = None
        elif of.weighty:
            yield step(of).wide, _telling(of)
        else:
            between.append(step(of).wide)


def _pair(first: Step, between: list[str], last: Step) -> tuple[str, tuple[str, ...]]:
    spatial, pointwise = first.layers[0].node.op, last.layers[0].node.op
    assert isinstance(spatial, Conv2D | DepthwiseConv2D) and isinstance(pointwise, Conv2D)
    whole = operation(SeparableConv2D(pointwise.filters, spatial.kernel, spatial.strides))
    standing = (f"{' and '.join(between)} between",) if between else ()
    return whole.wide, (*_telling(first), *standing, *_telling(last))


def _telling(of: Step) -> tuple[str, ...]:
    """The notes without the bias, which in many networks every convolution has."""
    return tuple(note for note in notes(of) if note != _BIAS)


def branch(steps: tuple[Step, ...]) -> str:
    """A branch of a closed module in one line, kernel after kernel, a bar between what stands side by side."""
    depths: dict[str, int] = {}
    ranks: dict[int, list[str]] = {}
    for s in steps:
        depth = max((depths[source] for source in s.inputs if source in depths), default=0)
        if s.weighty:
            depth += 1
            pooled = s.kind == "pool"
            ranks.setdefault(depth, []).append(" ".join(step(s).narrow) if pooled else step(s).narrow[0])
        depths[s.output] = depth
    return " · ".join(" | ".join(rank) for _, rank in sorted(ranks.items()))


def cost(sums: Sums, count: int = 1) -> str:
    """Parameters and multiply-adds of a module, of each one if there are `count`."""
    if not sums.params:
        return "no parameters"
    # "each" needs the room that the longer word would take.
    text = f"{rounded(sums.params)} {'params' if count > 1 else 'parameters'}"
    if sums.macs:
        text += f" · {rounded(sums.macs)} MACs"
    return f"{text} each" if count > 1 else text


def projection(layer: LayerTally) -> tuple[str, ...]:
    """A layer of a shortcut, in the narrow box beside the module."""
    op = layer.node.op
    if isinstance(op, Conv2D):
        size, *stride = _window(op.kernel, op.strides).split()
        return f"Conv {size}", ", ".join([str(op.filters), *stride])
    return operation(op).narrow


def layer_sentence(layer: LayerTally) -> str:
    """A layer for a tooltip and for those who listen: name, operation, shape, costs."""
    called = " · ".join([operation(layer.node.op).wide, *notes(Step((layer,)))])
    words = [layer.node.name, called, f"output {shape(layer.output_shape)}"]
    if layer.params:
        words.append(f"{exact(layer.params)} parameters")
    if layer.macs:
        words.append(f"{exact(layer.macs)} multiply-adds")
    return ", ".join(words)


def _narrow(op: Conv2D | DepthwiseConv2D | SeparableConv2D) -> str:
    window = _window(op.kernel, op.strides)
    return window if op.dilation == (1, 1) else f"{window} {_dilation(op.dilation)}"


def _dilation(dilation: Pair) -> str:
    rows, columns = dilation
    return f"dilation {rows}" if rows == columns else f"dilation {rows}×{columns}"


def _window(kernel: Pair, strides: Pair) -> str:
    size = f"{kernel[0]}×{kernel[1]}"
    if strides == (1, 1):
        return size
    return f"{size} /{strides[0]}" if strides[0] == strides[1] else f"{size} /{strides[0]}×{strides[1]}"


def _depth_multiplier(layer: LayerTally) -> int:
    """Spatial outputs for each input channel; 1 for what is no part of a separable convolution."""
    op, role = layer.node.op, layer.node.part
    if isinstance(op, SeparableConv2D | DepthwiseConv2D):
        return op.depth_multiplier
    if isinstance(op, Conv2D) and role is not None and role.step == "depthwise":
        return op.filters // layer.input_shapes[0][-1]
    return 1

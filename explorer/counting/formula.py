"""Where a layer's numbers come from: its parameters and multiply-adds as arithmetic with the numbers put in."""

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.arch.ops import BatchNorm, Conv2D, Dense, DepthwiseConv2D, Pair, SeparableConv2D
from explorer.counting.tally import LayerTally


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of the arithmetic and what it stands for.

    Attributes:
        text: Factors joined by a multiplication sign: 3 x 3 x 728, with multiplication signs.
        meaning: In words.
    """

    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A sum of terms, all multiplied by a common factor if there is one.

    Attributes:
        terms: What is added up.
        factor: What multiplies the sum: the pixels of the output.
        value: The result, as the tally has it.
    """

    terms: tuple[Term, ...]
    value: int
    factor: Term | None = None

    @property
    def arithmetic(self) -> str:
        """The left side: digits, multiplication signs, /, + and brackets alone."""
        total = " + ".join(term.text for term in self.terms)
        if self.factor is None:
            return total
        return f"{self.factor.text}×({total})" if len(self.terms) > 1 else f"{self.factor.text}×{total}"

    @property
    def text(self) -> str:
        """Both sides, the right one in groups of three digits."""
        return f"{self.arithmetic} = {self.value:,}"

    @property
    def explained(self) -> tuple[Term, ...]:
        """Every piece with its meaning, in the order of reading."""
        return self.terms if self.factor is None else (self.factor, *self.terms)


def params_formula(layer: LayerTally) -> Formula | None:
    """How the layer's parameters are counted; None if it has none."""
    if not layer.params:
        return None
    return Formula((*_kernels(layer), *_offsets(layer)), layer.params)


def macs_formula(layer: LayerTally) -> Formula | None:
    """How the layer's multiply-adds for one image are counted; None if it has none (biases count 0)."""
    if not layer.macs:
        return None
    *pixels, _ = layer.output_shape
    factor = Term(_product(*pixels), "pixels of the output map") if pixels else None
    return Formula(tuple(_kernels(layer)), layer.macs, factor)


def _product(*factors: int | str) -> str:
    return "×".join(str(factor) for factor in factors)


def _kernels(layer: LayerTally) -> Iterator[Term]:
    """The arrays that multiply, written from the operation's settings rather than from its variables."""
    op, channels = layer.node.op, layer.input_shapes[0][-1]
    match op:
        case Conv2D(filters=filters, kernel=kernel, groups=1):
            yield Term(
                _product(*kernel, channels, filters),
                f"kernel {_product(*kernel)} × {channels} input channels × {filters} filters",
            )
        case Conv2D(filters=filters, kernel=kernel, groups=groups):
            yield Term(
                _product(*kernel, f"({channels}/{groups})", filters),
                f"kernel {_product(*kernel)} × the {channels // groups} channels of one of {groups} segments "
                f"× {filters} filters",
            )
        case DepthwiseConv2D(kernel=kernel, depth_multiplier=multiplier):
            yield _depthwise(kernel, channels, multiplier)
        case SeparableConv2D(filters=filters, kernel=kernel, depth_multiplier=multiplier):
            yield _depthwise(kernel, channels, multiplier)
            mixed = _product(channels, multiplier) if multiplier > 1 else str(channels)
            yield Term(_product(mixed, filters), f"pointwise: {mixed} depthwise outputs × {filters} filters")
        case Dense(units=units):
            yield Term(_product(channels, units), f"{channels} inputs × {units} units")
        case BatchNorm(scale=scale, center=center):
            learned = [name for name, present in (("gamma", scale), ("beta", center)) if present]
            arrays = len(learned) + 2
            yield Term(
                _product(arrays, channels),
                f"{arrays} values for each of {channels} channels: {', '.join(learned) or 'none is learned'}; "
                "moving mean and variance are not trained",
            )
        case _:
            raise TypeError(f"no formula for {type(op).__name__}")


def _depthwise(kernel: Pair, channels: int, multiplier: int) -> Term:
    text = f"depthwise: kernel {_product(*kernel)} × {channels} channels"
    if multiplier == 1:
        return Term(_product(*kernel, channels), text)
    return Term(_product(*kernel, channels, multiplier), f"{text} × depth multiplier {multiplier}")


def _offsets(layer: LayerTally) -> Iterator[Term]:
    """The bias, one for each output channel."""
    op, outputs = layer.node.op, layer.output_shape[-1]
    if isinstance(op, Conv2D | DepthwiseConv2D | SeparableConv2D | Dense) and op.use_bias:
        yield Term(str(outputs), f"bias: one for each of {outputs} outputs")

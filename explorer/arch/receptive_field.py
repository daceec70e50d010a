"""Which input pixels an output pixel depends on. Source: Araujo et al., Distill 2019, doi:10.23915/distill.00021."""

from typing import NamedTuple

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import POINT, Shape, ZeroPad


class Span(NamedTuple):
    """The receptive field along one axis, in input pixels.

    Attributes:
        size: Pixels that one unit depends on, the padding that it reaches into included.
        jump: Input pixels between neighbouring units.
        start: First pixel that unit 0 depends on, counted from 0; negative if it lies in the padding.
        shift: How far the middle of the paths that meet lies from the middle of the window, px. Not 0 behind
            additions of branches that are out of step: over an even map TensorFlow's "same" pooling looks a pixel
            further than the strided shortcut beside it.
    """

    size: int
    jump: int
    start: int
    shift: float = 0.0

    @property
    def centre(self) -> float:
        """Where unit 0 looks on average over the paths, in px from the middle of the first pixel."""
        return self.start + (self.size - 1) / 2 + self.shift


class ReceptiveField(NamedTuple):
    """The receptive field of a layer's units along rows and columns; they differ only behind uneven kernels."""

    rows: Span
    columns: Span

    @property
    def size(self) -> int:
        """The longer side."""
        return max(self.rows.size, self.columns.size)


_ONE_PIXEL = Span(1, 1, 0)
PIXEL = ReceptiveField(_ONE_PIXEL, _ONE_PIXEL)


def _union(spans: list[Span]) -> Span:
    if len({span.jump for span in spans}) != 1:
        raise ValueError(f"branches that meet must have one jump, got {spans}")
    start = min(span.start for span in spans)
    size = max(span.start + span.size for span in spans) - start
    centre = sum(span.centre for span in spans) / len(spans)
    return Span(size, spans[0].jump, start, centre - start - (size - 1) / 2)


def _slide(span: Span, kernel: int, stride: int, before: int) -> Span:
    return Span(span.size + (kernel - 1) * span.jump, span.jump * stride, span.start - before * span.jump, span.shift)


def _whole(span: Span, units: int) -> Span:
    return Span(span.size + (units - 1) * span.jump, span.jump * units, span.start, span.shift)


def _of(node: Node, inputs: list[ReceptiveField], shape: Shape) -> ReceptiveField:
    if len(inputs) > 1:
        rows = _union([i.rows for i in inputs])
        if all(i.rows is i.columns for i in inputs):
            return ReceptiveField(rows, rows)
        return ReceptiveField(rows, _union([i.columns for i in inputs]))
    field = inputs[0] if inputs else PIXEL
    if len(shape) == 1:  # a vector: every unit has seen the same pixels
        return field
    window = node.op.window
    pads = type(node.op) is ZeroPad  # faster than isinstance, and every node is asked
    if window is POINT and not pads:
        return field
    if window is None:
        return ReceptiveField(_whole(field.rows, shape[0]), _whole(field.columns, shape[1]))
    if pads:
        top, left = node.op.padding[0][0], node.op.padding[1][0]  # type: ignore[attr-defined]
    else:
        top, left = window.padding_before(shape[:2])  # type: ignore[arg-type]
    down, across = window.extent
    rows = _slide(field.rows, down, window.strides[0], top)
    # Most windows are square over square maps: then one span serves both axes.
    if field.rows is field.columns and (down, window.strides[0], top) == (across, window.strides[1], left):
        return ReceptiveField(rows, rows)
    return ReceptiveField(rows, _slide(field.columns, across, window.strides[1], left))


def receptive_fields(graph: Graph, shapes: dict[str, Shape]) -> dict[str, ReceptiveField]:
    """Receptive field of every node, by name; `shapes` are the output shapes.

    The field is the theoretical one: the smallest window outside of which no pixel can change the unit.
    TensorFlow's "same" padding puts the odd pixel after, which moves `start`.
    """
    fields: dict[str, ReceptiveField] = {}
    for node in graph.nodes:
        shape = shapes[node.inputs[0]] if node.inputs else shapes[node.name]
        fields[node.name] = _of(node, [fields[source] for source in node.inputs], shape)
    return fields

"""The boxes of layers: in an open module, on a shortcut; and what a closed module says instead."""

from collections.abc import Iterator

from explorer.counting.tally import LayerTally
from explorer.figures.diagram import box_labels as labels
from explorer.figures.diagram.primitives import Box, Target, Words, WordStyle, base_line, centred, estimated_width
from explorer.figures.diagram.structure import Anatomy, Step

PROJECTION_WIDTH = 54.0
_TWO_LINES = 33.0
_BATCH_NORM = 19.0
_FRAME_HEADING = 25.0
_PART = 23.0


def step_height(step: Step, narrow: bool) -> float:
    """Height of the step's box, in a lane (`narrow`) or as wide as the module."""
    if len(step.layers) > 1:
        return _FRAME_HEADING + _PART * len(step.layers) + 3
    if step.kind in ("conv", "pool") and narrow:
        return _TWO_LINES
    if step.kind == "conv" and labels.notes(step):
        return 43
    heights = {"conv": 28.0, "pool": 26.0, "plain": 22.0, "norm": _BATCH_NORM}
    return heights[step.kind] - (4 if narrow and step.kind == "plain" else 0)


def step_boxes(
    step: Step, module: str, x: float, y: float, width: float, height: float, narrow: bool
) -> Iterator[Box | Words | Target]:
    """A step's box; the layers of a separable convolution in several layers stand in a common frame."""
    if len(step.layers) > 1:
        yield Box(x, y, width, height, "frame")
        yield Words(x + 9, y + 17, labels.step(step).wide, "body")
        for position, layer in enumerate(step.layers):
            box = Box(x + 5, y + _FRAME_HEADING + _PART * position, width - 10, _PART - 3, Step((layer,)).kind, 5)
            words = Words(box.x + 7, base_line(box, "small"), labels.part(layer), "small")
            yield layer_target(layer, (box, words, *_suffix(layer, module, box, words)))
        return
    (layer,) = step.layers
    box = Box(x, y, width, height, step.kind)
    if narrow:
        yield layer_target(layer, (box, *centred(box, labels.step(step).narrow)))
        return
    style: WordStyle = "body" if step.kind in ("conv", "pool") else "small"
    remarks = " · ".join(labels.notes(step))
    words = Words(x + 9, y + 18.5 if remarks else base_line(box, style), labels.step(step).wide, style)
    note = (Words(x + 9, y + 34.5, remarks, "small"),) if remarks else ()
    yield layer_target(layer, (box, words, *note, *_suffix(layer, module, box, words)))


def _suffix(layer: LayerTally, module: str, box: Box, beside: Words) -> Iterator[Words]:
    """The layer's own name, without the module's, at the right end of its box if there is room."""
    part = layer.node.part
    name = layer.node.name.removeprefix(f"{part.of if part else module}_")
    room = box.x + box.width - 8 - beside.x - estimated_width(beside.text, beside.style) - 8
    if estimated_width(name, "tiny") <= room:
        yield Words(box.x + box.width - 8, beside.y, name, "tiny", "end")


def projection_height(layer: LayerTally) -> float:
    """Height of the box of a shortcut's layer."""
    return _TWO_LINES if Step((layer,)).weighty else _BATCH_NORM


def projection_box(layer: LayerTally, rail: float, y: float) -> Target:
    """The box of a shortcut's layer, its middle at `rail`, its top at `y`."""
    box = Box(rail - PROJECTION_WIDTH / 2, y, PROJECTION_WIDTH, projection_height(layer), Step((layer,)).kind)
    return layer_target(layer, (box, *centred(box, labels.projection(layer))))


def layer_target(layer: LayerTally, items: tuple[Box | Words, ...]) -> Target:
    """A layer that can be selected."""
    return Target("layer", layer.node.name, labels.layer_sentence(layer), items)


def summary_lines(parts: Anatomy, x: float, top: float, room: float) -> Iterator[Words]:
    """A closed module in words, line under line."""
    y = top
    branches, rest = parts.lanes.branches()
    if len(branches) > 1:
        yield Words(x, y + 9, f"{len(branches)} branches, side by side", "body")
        for branch in branches:
            y += 17
            yield Words(x, y + 9, labels.branch(branch), "small")
        y += 18
    else:
        (rest,) = branches
    for text, remarks in labels.summary(rest + parts.tail):
        yield Words(x, y + 9, text, "body")
        y += 18
        for line in _wrapped(remarks, room):
            yield Words(x, y + 7, line, "small")
            y += 16


def _wrapped(remarks: tuple[str, ...], room: float) -> list[str]:
    """Remarks in as few lines as they fit into."""
    lines: list[str] = []
    for remark in remarks:
        longer = f"{lines[-1]} · {remark}" if lines else remark
        if lines and estimated_width(longer, "small") <= room:
            lines[-1] = longer
        else:
            lines.append(remark)
    return lines

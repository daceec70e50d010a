"""Networks side by side: their layers put into common stages, so that like is compared with like.

The stage of a layer is its stride: how many input pixels lie between neighbouring units of its output, 1, 2, 4, 8,
16 or 32 (the jump of its receptive field, the product of all strides up to and with its own). At 299 px that is the
power of two nearest to input size / output size, in Xception (147, 74, 37, 19, 10 px) as in Inception V3 (147, 71,
35, 17, 8 px). Unlike that quotient it stays exact when unpadded borders eat into small maps: at 75 px Inception V3's
maps of 3 x 3 still are its stage of stride 16. What reads the whole map (a global pooling, a dense layer), and what is
computed from that, forms the last stage, the head. The image is no layer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.arch.ops import Input
from explorer.counting.tally import LayerTally, Sums, Tally

HEAD_STAGE = "head"


@dataclass(frozen=True)
class StageTally(Sums):
    """The layers of one network in one stage, with their sums; perhaps none.

    Attributes:
        stride: Input pixels between neighbouring units; None for the head.
    """

    stride: int | None = None

    @property
    def sizes_px(self) -> tuple[int, int] | None:
        """Smallest and largest side of the layers' output maps in px; None if there are none, as in the head."""
        sides = [max(layer.output_shape[:2]) for layer in self.layers if len(layer.output_shape) == 3]
        return (min(sides), max(sides)) if sides and self.stride is not None else None

    @property
    def sizes(self) -> str:
        """The sizes in words: "37 px", a range of px, "vector", or a dash if the network has no such layer."""
        if self.sizes_px is None:
            return "vector" if self.layers else "–"
        low, high = self.sizes_px
        return f"{low} px" if low == high else f"{low}–{high} px"


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of all networks.

    Attributes:
        label: Size of the maps as a share of the input ("1/8"), or "head".
        stride: Input pixels between neighbouring units; None for the head.
        networks: What each network has there, in the order given.
    """

    label: str
    stride: int | None
    networks: tuple[StageTally, ...]


def stage_strides(tally: Tally) -> dict[str, int | None]:
    """Stride of the stage of each layer by name, the longer side's; None for the head."""
    strides: dict[str, int | None] = {}
    for layer in tally.layers:
        node, field = layer.node, layer.receptive_field
        in_head = node.op.window is None or any(strides[source] is None for source in node.inputs)
        strides[node.name] = None if in_head else max(field.rows.jump, field.columns.jump)
    return strides


def aligned(tallies: Sequence[Tally]) -> tuple[StageRow, ...]:
    """The stages that any of `tallies` has, from the image to the head.

    Every layer except the image is in exactly one stage, so that a network's stages add up to its totals.
    """
    stages: dict[int | None, list[list[LayerTally]]] = {}
    for position, network in enumerate(tallies):
        strides = stage_strides(network)
        for layer in network.layers:
            if not isinstance(layer.node.op, Input):
                stage = stages.setdefault(strides[layer.node.name], [[] for _ in tallies])
                stage[position].append(layer)
    # The head has no stride and comes last.
    order = sorted(stages, key=lambda stride: (stride is None, stride or 0))
    return tuple(
        StageRow(
            label=HEAD_STAGE if stride is None else f"1/{stride}" if stride > 1 else "full size",
            stride=stride,
            networks=tuple(StageTally(tuple(layers), stride) for layers in stages[stride]),
        )
        for stride in order
    )

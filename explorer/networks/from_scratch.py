"""A widely copied tutorial's Xception, as its author wrote it, departures from the paper included."""

from dataclasses import dataclass

from explorer.arch.common_knobs import classes_field, input_size_field
from explorer.arch.graph import Graph, GraphBuilder
from explorer.arch.knobs import Config
from explorer.arch.network import Network, Preset
from explorer.arch.ops import Activation, Add, BatchNorm, SeparableConv2D
from explorer.networks.xception import (
    ENTRY_FILTERS,
    EXIT_FILTERS,
    EXIT_RESIDUAL_FILTERS,
    FLOWS,
    MIDDLE_FILTERS,
    STEM_FILTERS,
    add_head,
    add_pool,
    add_projection,
    add_stem,
)


@dataclass(frozen=True)
class FromScratchConfig(Config):
    """The "from scratch" tutorial's network: fixed but for its input and its classes."""

    input_size: int = input_size_field(299, low=71)
    classes: int = classes_field()


MIDDLE_BLOCKS = range(5, 13)

_SOURCE = "a widely copied tutorial on building Xception from scratch in Keras"


def _separable(builder: GraphBuilder, name: str, x: str, filters: int) -> str:
    x = builder.add(name, SeparableConv2D(filters, (3, 3)), x)
    return builder.add(f"{name}_bn", BatchNorm(), x)


def from_scratch_graph(config: FromScratchConfig) -> Graph:
    """The "from scratch" tutorial: the paper's parameters, but shortcuts that form a chain of their own."""
    builder = GraphBuilder("Xception from scratch", FLOWS)
    x = add_stem(builder, config.input_size, "same", STEM_FILTERS)

    def residual(
        flow: str, module: str, x: str, side: str, filters: tuple[int, ...], *, relu: bool = True
    ) -> tuple[str, str]:
        builder.enter(flow, module)
        side = add_projection(builder, module, side, filters[-1])
        for position, count in enumerate(filters, start=1):
            name = f"{module}_sepconv{position}"
            if position > 1 or relu:
                x = builder.add(f"{name}_act", Activation(), x)
            x = _separable(builder, name, x, count)
        x = add_pool(builder, module, x)
        return builder.add(f"{module}_add", Add(), side, x), side

    side = x
    for block, count in enumerate(ENTRY_FILTERS, start=2):
        # The projection reads the previous projection, not the sum: the tutorial's departure.
        x, side = residual("entry", f"block{block}", x, side, (count, count), relu=block > 2)

    for block in MIDDLE_BLOCKS:
        module = f"block{block}"
        builder.enter("middle", module)
        shortcut = x
        for position in (1, 2, 3):
            name = f"{module}_sepconv{position}"
            x = builder.add(f"{name}_act", Activation(), x)
            x = _separable(builder, name, x, MIDDLE_FILTERS)
        x = builder.add(f"{module}_act", Activation(), x)
        x = builder.add(f"{module}_add", Add(), shortcut, x)

    x, _ = residual("exit", "block13", x, x, EXIT_RESIDUAL_FILTERS)
    builder.enter("exit", "block14")
    x = _separable(builder, "block14_sepconv1", x, EXIT_FILTERS[0])
    x = builder.add("block14_sepconv1_act", Activation(), x)
    x = _separable(builder, "block14_sepconv2", x, EXIT_FILTERS[1])
    add_head(builder, x, config.classes)
    return builder.graph()


NETWORK = Network(
    name="from-scratch",
    title="Xception from scratch",
    config=FromScratchConfig,
    describe=from_scratch_graph,
    presets=(
        Preset(
            "from-scratch",
            "Tutorial: from scratch",
            "As in the tutorial",
            "A much copied tutorial: the paper's parameter total, yet another network.",
            _SOURCE,
            FromScratchConfig(),
            departs_from="paper",
        ),
        Preset(
            "from-scratch-259",
            "Tutorial: from scratch, 259 px",
            "At 259 px",
            "The same tutorial at another input size: same parameters, a fifth fewer multiply-adds.",
            _SOURCE,
            FromScratchConfig(input_size=259),
            departs_from="paper",
        ),
    ),
)

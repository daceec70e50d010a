"""Two widely read reproductions of Xception, as their authors wrote them, departures from the paper included."""

from explorer.arch.config import FromScratchConfig, LightweightConfig
from explorer.arch.graph import Graph, GraphBuilder
from explorer.arch.ops import Activation, Add, BatchNorm, SeparableConv2D
from explorer.arch.xception import (
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

MIDDLE_BLOCKS = range(5, 13)


def _separable(builder: GraphBuilder, name: str, x: str, filters: int, *, normalize: bool = True) -> str:
    x = builder.add(name, SeparableConv2D(filters, (3, 3)), x)
    return builder.add(f"{name}_bn", BatchNorm(), x) if normalize else x


def from_scratch_graph(config: FromScratchConfig) -> Graph:
    """The "from scratch" tutorial: the paper's parameters, but shortcuts that form a chain of their own."""
    builder = GraphBuilder("Xception from scratch (tutorial)", FLOWS)
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


def lightweight_graph(config: LightweightConfig) -> Graph:
    """The "lightweight" tutorial: nearly no batch normalization, and a first unit without its shortcut."""
    builder = GraphBuilder("Lightweight Xception (tutorial)", FLOWS)
    x = add_stem(builder, config.input_size, "same", STEM_FILTERS)

    def unit(module: str, x: str, filters: tuple[int, ...], shortcut: str | None, *, pool: bool) -> str:
        for position, count in enumerate(filters, start=1):
            name = f"{module}_sepconv{position}"
            x = builder.add(f"{name}_act", Activation(), x)
            x = _separable(builder, name, x, count, normalize=name == "block2_sepconv1")
        if pool:
            x = add_pool(builder, module, x)
        return builder.add(f"{module}_add", Add(), x, shortcut) if shortcut else x

    builder.enter("entry", "block2")
    x = unit("block2", x, (ENTRY_FILTERS[0],) * 2, None, pool=True)
    for block, count in zip((3, 4), ENTRY_FILTERS[1:], strict=True):
        module = f"block{block}"
        builder.enter("entry", module)
        shortcut = add_projection(builder, module, x, count, use_bias=True)
        x = unit(module, x, (count, count), shortcut, pool=True)
    for block in MIDDLE_BLOCKS:
        module = f"block{block}"
        builder.enter("middle", module)
        x = unit(module, x, (MIDDLE_FILTERS,) * 3, x, pool=False)
    builder.enter("exit", "block13")
    shortcut = add_projection(builder, "block13", x, EXIT_RESIDUAL_FILTERS[-1])
    x = unit("block13", x, EXIT_RESIDUAL_FILTERS, shortcut, pool=True)
    builder.enter("exit", "block14")
    for position, count in enumerate(EXIT_FILTERS, start=1):
        name = f"block14_sepconv{position}"
        x = _separable(builder, name, x, count)
        x = builder.add(f"{name}_act", Activation(), x)
    add_head(builder, x, config.classes)
    return builder.graph()

"""Another tutorial's reproduction of Xception, as its author wrote it, departures from the paper included."""

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
class LightweightConfig(Config):
    """The "lightweight" tutorial's network: fixed but for its input and its classes."""

    input_size: int = input_size_field(299, low=71)
    classes: int = classes_field()


MIDDLE_BLOCKS = range(5, 13)


def _separable(builder: GraphBuilder, name: str, x: str, filters: int, *, normalize: bool = True) -> str:
    x = builder.add(name, SeparableConv2D(filters, (3, 3)), x)
    return builder.add(f"{name}_bn", BatchNorm(), x) if normalize else x


def lightweight_graph(config: LightweightConfig) -> Graph:
    """The "lightweight" tutorial: nearly no batch normalization, and a first unit without its shortcut."""
    builder = GraphBuilder("Lightweight Xception", FLOWS)
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


NETWORK = Network(
    name="lightweight",
    title="Lightweight Xception",
    config=LightweightConfig,
    describe=lightweight_graph,
    presets=(
        Preset(
            "lightweight",
            "Tutorial: lightweight",
            "As in the tutorial",
            "Another tutorial's reproduction: hardly any batch normalization, and one shortcut lost.",
            "a tutorial's reproduction of the paper in Keras. Its code computes a shortcut in the first unit that it "
            "never adds, and it ends in logits: no softmax.",
            LightweightConfig(),
            departs_from="paper",
        ),
    ),
)

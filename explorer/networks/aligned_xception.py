"""Xception-41, -65 and -71: DeepLab's aligned Xception, as timm has it. Source: arXiv:1802.02611, section 3.2.

Unlike in Xception, the last depthwise convolution of a module strides instead of a max pooling, every depthwise
convolution is normalized by itself, and a ReLU stands before each separable convolution (in the last module after each
half). Layers are named as in timm, with "_" for ".". Strided convolutions pad one pixel on each side, as timm and
DeepLab do; TensorFlow's "same" would look one pixel further on even maps.

At a lower output stride the modules from there on do not stride, and those behind them are dilated instead: the same
weights see the same field on a finer map. One exception, timm's too: at output stride 8 the fifth module of Xception-71
needs no projection any more, so the weights of the strided network have a layer too many for it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.arch.common_knobs import SIZE, classes_field, input_size_field, knob_field
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.knobs import Choice, Config
from explorer.arch.network import Network, Preset, Published, accuracies
from explorer.arch.ops import (
    Activation,
    Add,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    Input,
    ZeroPad,
)
from explorer.arch.sources import TIMM_BENCHMARK, TIMM_RESULTS


@dataclass(frozen=True)
class AlignedXceptionConfig(Config):
    """An aligned Xception of a fixed number of modules."""

    input_size: int = input_size_field(299, low=32)
    output_stride: int = knob_field(
        32,
        Choice(
            options=(32, 16, 8),
            label="Output stride",
            group=SIZE,
            help="Input pixels between neighbouring units of the last map. Below 32 the last modules do not stride "
            "but are dilated: finer maps for segmentation, by the same weights, at several times the cost.",
        ),
    )
    classes: int = classes_field()


@dataclass(frozen=True)
class Xception41Config(AlignedXceptionConfig):
    """Xception-41."""


@dataclass(frozen=True)
class Xception65Config(AlignedXceptionConfig):
    """Xception-65."""


@dataclass(frozen=True)
class Xception71Config(AlignedXceptionConfig):
    """Xception-71."""


@dataclass(frozen=True, slots=True)
class Module:
    """Three separable convolutions, the last one strided.

    Attributes:
        filters: Of each of the three.
        stride: Of the last one and of the shortcut.
        residual: Whether there is a shortcut; without one, ReLU stands after each half, not before each whole.
    """

    filters: tuple[int, int, int]
    stride: int = 1
    residual: bool = True


FLOWS = (Flow("entry", "Entry flow"), Flow("middle", "Middle flow"), Flow("exit", "Exit flow"))
ENTRY = (Module((128,) * 3, 2), Module((256,) * 3, 2), Module((728,) * 3, 2))
DEEPER_ENTRY = (
    Module((128,) * 3, 2),
    Module((256,) * 3),
    Module((256,) * 3, 2),
    Module((728,) * 3),
    Module((728,) * 3, 2),
)
MIDDLE = Module((728,) * 3)
EXIT = (Module((728, 1024, 1024), 2), Module((1536, 1536, 2048), residual=False))


def _describe(title: str, entry: tuple[Module, ...], middle: int) -> Callable[[AlignedXceptionConfig], Graph]:
    """The description of an aligned Xception with these entry modules and that many in the middle flow."""
    modules = (
        *(("entry", module) for module in entry),
        *(("middle", MIDDLE) for _ in range(middle)),
        *(("exit", module) for module in EXIT),
    )

    def graph(config: AlignedXceptionConfig) -> Graph:
        builder = GraphBuilder(title, FLOWS)
        x = _stem(builder, config.input_size)
        reached, dilation = 2, 1
        for number, (flow, module) in enumerate(modules):
            builder.enter(flow, f"blocks_{number}")
            strides = reached * module.stride <= config.output_stride
            x = _module(builder, f"blocks_{number}", x, module, module.stride if strides else 1, dilation)
            if strides:
                reached *= module.stride
            else:
                dilation *= module.stride
        builder.enter("exit", HEAD)
        x = builder.add("head_global_pool", GlobalAveragePool(), x)
        builder.add("head_fc", Dense(config.classes), x)
        return builder.graph()

    return graph


def _stem(builder: GraphBuilder, size: int) -> str:
    builder.enter("entry", "stem")
    x = builder.add("input", Input((size, size, 3)))
    x = builder.add("stem_0_pad", ZeroPad(((1, 1), (1, 1))), x)
    x = builder.add("stem_0_conv", Conv2D(32, (3, 3), (2, 2), "valid"), x)
    x = builder.add("stem_0_bn", BatchNorm(), x)
    x = builder.add("stem_0_act", Activation(), x)
    x = builder.add("stem_1_conv", Conv2D(64, (3, 3)), x)
    x = builder.add("stem_1_bn", BatchNorm(), x)
    return builder.add("stem_1_act", Activation(), x)


def _module(builder: GraphBuilder, name: str, x: str, module: Module, stride: int, dilation: int) -> str:
    """One module with the stride and the dilation that the output stride leaves it."""
    shortcut = x
    if module.residual and (stride > 1 or module.filters[-1] != builder.channels(x)):
        projection = Conv2D(module.filters[-1], (1, 1), (stride, stride), "valid")
        shortcut = builder.add(f"{name}_shortcut_conv", projection, x, branch="shortcut")
        shortcut = builder.add(f"{name}_shortcut_bn", BatchNorm(), shortcut, branch="shortcut")
    for position, filters in enumerate(module.filters, start=1):
        if module.residual:
            x = builder.add(f"{name}_stack_act{position}", Activation(), x)
        of_last = stride if position == len(module.filters) else 1
        x = _separable(
            builder, f"{name}_stack_conv{position}", x, filters, of_last, dilation, rectify=not module.residual
        )
    return builder.add(f"{name}_add", Add(), x, shortcut) if module.residual else x


def _separable(
    builder: GraphBuilder, name: str, x: str, filters: int, stride: int, dilation: int, *, rectify: bool
) -> str:
    """Depthwise and pointwise convolution, each normalized and, with `rectify`, followed by ReLU."""
    spread = (dilation, dilation)
    if stride > 1:
        # A module that strides is not dilated: dilation begins behind the first one that no longer does.
        x = builder.add(f"{name}_pad", ZeroPad(((1, 1), (1, 1))), x)
        depthwise = DepthwiseConv2D((3, 3), (stride, stride), "valid", dilation=spread)
    else:
        depthwise = DepthwiseConv2D((3, 3), dilation=spread)
    for half, op in (("dw", depthwise), ("pw", Conv2D(filters, (1, 1)))):
        x = builder.add(f"{name}_conv_{half}", op, x)
        x = builder.add(f"{name}_bn_{half}", BatchNorm(), x)
        if rectify:
            x = builder.add(f"{name}_act_{half}", Activation(), x)
    return x


_SOURCE = "arXiv:1802.02611, figure 4; timm 1.0.29"
_WEIGHTS = "weights of TensorFlow"

XCEPTION41 = Network(
    name="xception-41",
    title="Xception-41",
    config=Xception41Config,
    describe=_describe("Xception-41", ENTRY, 8),
    presets=(
        Preset(
            "xception-41",
            "Xception-41",
            "As in DeepLab",
            "DeepLab's Xception with as many modules as the paper's: strided convolutions instead of poolings.",
            _SOURCE,
            Xception41Config(),
        ),
    ),
    published=(
        Published("MACs", 9_280_000_000, TIMM_BENCHMARK, "called GMACs there"),
        *accuracies(0.7855, 0.94282, TIMM_RESULTS, _WEIGHTS),
    ),
)

XCEPTION65 = Network(
    name="xception-65",
    title="Xception-65",
    config=Xception65Config,
    describe=_describe("Xception-65", ENTRY, 16),
    presets=(
        Preset(
            "xception-65",
            "Xception-65",
            "As in DeepLab",
            "Twice the middle flow: the usual backbone of DeepLab v3+.",
            _SOURCE,
            Xception65Config(),
        ),
        Preset(
            "xception-65-segmentation",
            "Xception-65 for segmentation",
            "For segmentation",
            "Output stride 16 by dilation, as DeepLab v3+ trains it: maps of twice the side, by the same weights.",
            _SOURCE,
            Xception65Config(output_stride=16),
        ),
    ),
    published=(
        Published("MACs", 13_960_000_000, TIMM_BENCHMARK, "called GMACs there"),
        *accuracies(0.79558, 0.94656, TIMM_RESULTS, _WEIGHTS),
    ),
)

XCEPTION71 = Network(
    name="xception-71",
    title="Xception-71",
    config=Xception71Config,
    describe=_describe("Xception-71", DEEPER_ENTRY, 16),
    presets=(
        Preset(
            "xception-71",
            "Xception-71",
            "As in DeepLab",
            "Two more modules in the entry flow, where the maps are still large.",
            "timm 1.0.29; DeepLab's model zoo",
            Xception71Config(),
        ),
    ),
    published=(
        Published("MACs", 18_090_000_000, TIMM_BENCHMARK, "called GMACs there"),
        *accuracies(0.7992, 0.94908, TIMM_RESULTS, _WEIGHTS),
    ),
)

NETWORKS = (XCEPTION41, XCEPTION65, XCEPTION71)

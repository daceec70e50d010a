"""The configurations: what can be chosen about each network."""

from dataclasses import dataclass, field
from typing import Any, Literal

from explorer.arch.knobs import Choice, Config, Decimal, Flag, Knob, WholeNumber, WholeNumbers

SIZE, DEPTH, SEPARABLE, HEAD = GROUPS = ("Size", "Depth", "Separable convolution", "Head")


def _knob(default: Any, knob: Knob) -> Any:
    return field(default=default, metadata={"knob": knob})


def _input_size(low: int) -> Any:
    return _knob(
        299,
        WholeNumber(
            low=low,
            high=1024,
            unit="px",
            label="Input size",
            group=SIZE,
            help="Height and width of the square RGB image. Multiply-adds and memory grow with its square; "
            "parameters do not change at all.",
        ),
    )


def _classes() -> Any:
    return _knob(
        1000,
        WholeNumber(
            low=2,
            high=20_000,
            label="Classes",
            group=HEAD,
            help="Outputs of the logistic regression at the end: 1,000 for ImageNet, 17,000 for JFT.",
        ),
    )


@dataclass(frozen=True)
class XceptionConfig(Config):
    """Xception with every knob turned to a value. Source: arXiv:1610.02357, figure 5, and arXiv:1704.04861.

    Raises:
        ConfigError: If a field is out of range; names the field, the range and the value.
    """

    input_size: int = _input_size(71)
    width: float = _knob(
        1.0,
        Decimal(
            low=0.25,
            high=2.0,
            step=0.05,
            label="Width multiplier",
            group=SIZE,
            help="Multiplies the filter count of every convolution in the three flows, rounded to a multiple of 8 "
            "as MobileNet does. Parameters grow nearly with its square. Fully-connected units are not scaled.",
        ),
    )
    stem_padding: Literal["valid", "same"] = _knob(
        "valid",
        Choice(
            options=("valid", "same"),
            label="Stem padding",
            group=SIZE,
            help="Padding of the two first convolutions. Keras uses valid (299 -> 149 -> 147 px), "
            "many tutorials use same (299 -> 150 -> 150 px).",
        ),
    )
    middle_repeats: int = _knob(
        8,
        WholeNumber(
            low=0,
            high=32,
            label="Middle-flow modules",
            group=DEPTH,
            help="How often the middle flow's module is repeated. Each adds itself to its input, "
            "so removing some keeps pretrained weights useful.",
        ),
    )
    middle_convs: int = _knob(
        3,
        WholeNumber(
            low=1,
            high=6,
            label="Convolutions per middle module",
            group=DEPTH,
            help="Separable convolutions in each module of the middle flow.",
        ),
    )
    entry_convs: int = _knob(
        2,
        WholeNumber(
            low=1,
            high=4,
            label="Convolutions per entry module",
            group=DEPTH,
            help="Separable convolutions in each of the three residual modules of the entry flow, "
            "all with the module's filter count.",
        ),
    )
    residual: bool = _knob(
        True,
        Flag(
            label="Residual connections",
            group=DEPTH,
            help="Off: neither shortcuts nor additions, as in the paper's figure 9.",
        ),
    )
    kernel_size: int = _knob(
        3,
        Choice(
            options=(3, 5, 7),
            label="Kernel size",
            group=SEPARABLE,
            help="Height and width of every depthwise kernel. The depthwise part is so cheap that "
            "even 7 x 7 costs little.",
        ),
    )
    depth_multiplier: int = _knob(
        1,
        WholeNumber(
            low=1,
            high=4,
            label="Depth multiplier",
            group=SEPARABLE,
            help="Depthwise outputs for each input channel, in every separable convolution. The paper uses 1.",
        ),
    )
    segments: int | None = _knob(
        None,
        WholeNumber(
            low=1,
            optional=True,
            label="Channel segments",
            group=SEPARABLE,
            help="The paper's spectrum between regular and depthwise separable convolution: the spatial convolution "
            "works on this many independent segments of the channels. 1 is a regular convolution, none (one "
            "segment per channel) is the depthwise case. A layer whose channels are not divisible takes the "
            "largest divisor below.",
        ),
    )
    intermediate_activation: Literal["relu", "elu"] | None = _knob(
        None,
        Choice(
            options=(None, "relu", "elu"),
            label="Activation between",
            group=SEPARABLE,
            help="A non-linearity between the depthwise and the pointwise part. The paper's figure 10 "
            "finds that none is best.",
        ),
    )
    classes: int = _classes()
    fully_connected: tuple[int, ...] = _knob(
        (),
        WholeNumbers(
            longest=3,
            low=1,
            high=8192,
            unit="units",
            label="Fully-connected layers",
            group=HEAD,
            help="Units of up to three dense layers with ReLU before the logistic regression, separated by commas: "
            "4096,4096 in the paper's JFT models.",
        ),
    )
    dropout: float = _knob(
        0.0,
        Decimal(
            low=0.0,
            high=0.9,
            step=0.05,
            label="Dropout",
            group=HEAD,
            help="Share of the values dropped before the logistic regression while training. "
            "It costs and changes nothing at inference.",
        ),
    )


@dataclass(frozen=True)
class FromScratchConfig(Config):
    """The "from scratch" tutorial's network: fixed but for its input and its classes."""

    input_size: int = _input_size(71)
    classes: int = _classes()


@dataclass(frozen=True)
class LightweightConfig(Config):
    """The "lightweight" tutorial's network: fixed but for its input and its classes."""

    input_size: int = _input_size(71)
    classes: int = _classes()


@dataclass(frozen=True)
class InceptionV3Config(Config):
    """Inception V3 as in Keras Applications, whose smallest input is 75 px. Source: arXiv:1512.00567."""

    input_size: int = _input_size(75)
    classes: int = _classes()

"""The knobs that several networks have, and the headings that knobs stand under."""

from dataclasses import field
from typing import Any

from explorer.arch.knobs import Decimal, Knob, WholeNumber, WholeNumbers

SIZE, DEPTH, SEPARABLE, HEAD = GROUPS = ("Size", "Depth", "Separable convolution", "Head")


def knob_field(default: Any, knob: Knob) -> Any:
    """A field of a configuration: its default, and the knob that turns and checks it."""
    return field(default=default, metadata={"knob": knob})


def input_size_field(default: int, low: int) -> Any:
    """Side of the square image, from `low` px."""
    return knob_field(
        default,
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


def classes_field(default: int = 1000) -> Any:
    """Number of logits."""
    return knob_field(
        default,
        WholeNumber(
            low=2,
            high=20_000,
            label="Classes",
            group=HEAD,
            help="Outputs of the logistic regression at the end: 1,000 for ImageNet, 17,000 for JFT.",
        ),
    )


def fully_connected_field(default: tuple[int, ...] = ()) -> Any:
    """Units of dense layers before the logits."""
    return knob_field(
        default,
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


def dropout_field(default: float = 0.0) -> Any:
    """Share of values dropped while training."""
    return knob_field(
        default,
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

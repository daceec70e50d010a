"""The knobs that several networks have, and the headings that knobs stand under."""

from dataclasses import field
from typing import Any

from explorer.arch.knobs import Decimal, Knob, WholeNumber, WholeNumbers

SIZE, DEPTH, SEPARABLE, LAYERS, HEAD = "Size", "Depth", "Separable convolution", "Layers", "Head"


def knob_field(default: Any, knob: Knob) -> Any:
    """A field of a configuration: its default, and the knob that turns and checks it."""
    return field(default=default, metadata={"knob": knob})


def input_size_field(default: int, low: int, note: str = "") -> Any:
    """Side of the square image, from `low` px; `note` says what is particular to the network."""
    return knob_field(
        default,
        WholeNumber(
            low=low,
            high=1024,
            unit="px",
            label="Input size",
            group=SIZE,
            help="Height and width of the square image. Multiply-adds and memory grow with its square.",
            note=note,
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


def fully_connected_field(default: tuple[int, ...] = (), note: str = "4096,4096 in the paper's JFT models.") -> Any:
    """Units of dense layers before the logits; `note` gives an example."""
    return knob_field(
        default,
        WholeNumbers(
            longest=3,
            low=1,
            high=8192,
            unit="units",
            label="Fully-connected layers",
            group=HEAD,
            help="Units of up to three dense layers with ReLU before the logistic regression, separated by commas.",
            note=note,
        ),
    )


def dropout_field(default: float = 0.0, step: float = 0.05) -> Any:
    """Share of values dropped while training."""
    return knob_field(
        default,
        Decimal(
            low=0.0,
            high=0.9,
            step=step,
            label="Dropout",
            group=HEAD,
            help="Share of the values dropped before the logistic regression while training. "
            "It costs and changes nothing at inference.",
            in_training_alone=True,
        ),
    )


def depth_multiplier_field(note: str) -> Any:
    """Depthwise outputs for each input channel; `note` says what the paper uses."""
    return knob_field(
        1,
        WholeNumber(
            low=1,
            high=4,
            label="Depth multiplier",
            group=SEPARABLE,
            help="Depthwise outputs for each input channel, in every separable convolution.",
            note=note,
        ),
    )

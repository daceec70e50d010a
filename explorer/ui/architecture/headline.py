"""The numbers a person looks for first, each with what it counts and how far it is from the paper's."""

from collections.abc import Callable

from explorer.configuration.registry import PAPER
from explorer.counting.tally import Tally
from explorer.quantities import difference, exact, memory, rounded
from explorer.ui.session import cache
from explorer.ui.widgets.number_cards import NumberCard, show_number_cards


def show_headline(tally: Tally) -> None:
    """Parameters, multiply-adds, memory and depth of a network, beside the paper's Xception."""
    paper = cache.tally(PAPER)
    # Of another network "the paper" is another one.
    whose = "the paper" if tally.graph.title == paper.graph.title else paper.graph.title

    flops = rounded(tally.flops).replace(" ", "\N{NO-BREAK SPACE}")  # a number stays with its prefix

    def card(label: str, value: Callable[[Tally], int], write: Callable[[int], str], caption: str) -> NumberCard:
        return NumberCard(label, write(value(tally)), _against(value(tally), value(paper), whose), caption)

    show_number_cards(
        (
            card(
                "Parameters",
                lambda counted: counted.params,
                exact,
                f"{exact(tally.trainable_params)} trainable + {exact(tally.non_trainable_params)} moving statistics "
                "of batch normalization",
            ),
            card(
                "Multiply-adds (MACs)",
                lambda counted: counted.macs,
                rounded,
                f"{exact(tally.macs)} for one image. FLOPs = 2 × MACs = {flops}",
            ),
            card(
                "Weights",
                lambda counted: counted.weight_bytes,
                memory,
                f"float32. Feature maps of one image take {memory(tally.peak.bytes)} at the peak, in {tally.peak.node}",
            ),
            card(
                "Convolutional layers",
                lambda counted: counted.conv_layers,
                exact,
                f"in {tally.modules} modules. As the paper counts: a separable convolution is one layer, "
                "shortcuts are not counted",
            ),
        )
    )


def _against(value: int, reference: int, whose: str) -> str:
    return f"same as {whose}" if value == reference else f"{difference(value, reference)} against {whose}"

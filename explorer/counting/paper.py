"""What the paper reports, and where its numbers and ours differ. Source: arXiv:1610.02357v3, tables 1 to 3."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from explorer.assets import ASSETS
from explorer.configuration.registry import PAPER, graph_of
from explorer.counting.tally import Tally, tally
from explorer.networks.inception_v3 import InceptionV3Config

_REPORTED = ASSETS / "paper" / "xception_paper.json"
_XCEPTION, _INCEPTION = "Xception", "Inception V3"


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table of the paper.

    Attributes:
        title: Its number and what it shows.
        columns: Headings; the first is that of the row names.
        rows: Cells as the paper prints them.
        note: What one must know to read it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A number in print beside ours.

    Attributes:
        claim: What is printed, and where.
        ours: What is counted here.
        explanation: How the two go together, or that it is not known.
    """

    claim: str
    ours: str
    explanation: str


@cache
def _reported() -> dict[str, Any]:
    reported: dict[str, Any] = json.loads(_REPORTED.read_text(encoding="utf-8"))
    return reported


@cache
def paper_tables() -> tuple[PaperTable, ...]:
    """Tables 1, 2 and 3."""
    return _table_1(), _table_2(), _table_3()


def _table_1() -> PaperTable:
    rows = _reported()["table_1_imagenet_single_crop"]
    return PaperTable(
        "Table 1: accuracy on ImageNet",
        ("Network", "Top-1 accuracy", "Top-5 accuracy"),
        tuple((name, f"{row['top1']:.3f}", f"{row['top5']:.3f}") for name, row in rows.items()),
        "One model, one crop of each validation image. Inception V3 without its auxiliary tower.",
    )


def _table_2() -> PaperTable:
    table = _reported()["table_2_jft_fasteval14k_map_at_100"]
    names = [name for name in table if name.startswith((_XCEPTION, _INCEPTION))]
    return PaperTable(
        "Table 2: JFT, measured on FastEval14k",
        ("Network", "MAP@100"),
        tuple((name, f"{table[name]:.2f}") for name in names),
        f"Mean average precision of the first 100 guesses, weighted by class. The fully-connected layers are "
        f"{table['fully_connected_layers']}. The paper calls Xception's gain {table['relative_gain_percent']} % "
        "(with the fully-connected layers).",
    )


def _table_3() -> PaperTable:
    table = _reported()["table_3_size_and_speed"]
    return PaperTable(
        "Table 3: size and training speed",
        ("Network", "Parameters", "Training steps per second"),
        tuple(
            (name, f"{table[name]['parameters']:,}", str(table[name]["steps_per_second"]))
            for name in (_INCEPTION, _XCEPTION)
        ),
        "ImageNet's 1,000 classes, no fully-connected layers; 60 NVIDIA K80 GPUs with synchronous gradient descent.",
    )


@cache
def discrepancies() -> tuple[Discrepancy, ...]:
    """Where printed numbers and ours differ; all of ours are counted, none is typed in."""
    printed = _reported()["table_3_size_and_speed"]
    xception, inception = tally(graph_of(PAPER)), tally(graph_of(InceptionV3Config()))
    printed_xception, printed_inception = printed[_XCEPTION]["parameters"], printed[_INCEPTION]["parameters"]
    return (
        _of_xception(printed_xception, xception),
        _of_inception(printed_inception, inception),
        _of_the_distance(printed_xception, printed_inception, xception, inception),
        Discrepancy(
            "Xception's cost is quoted as some 8.4 and as some 16.7 billion operations for one image.",
            f"{xception.macs:,} MACs = {xception.flops:,} FLOPs at {xception.graph.input_shape[0]} px.",
            "Both are right. A multiply-add (MAC) is one multiplication and one addition, so "
            f"{xception.macs / 1e9:.2f} G MACs are {xception.flops / 1e9:.1f} GFLOPs. Sources that print the smaller "
            "number count multiply-adds, even where they call them FLOPs. The paper itself gives neither.",
        ),
    )


def _of_xception(printed: int, xception: Tally) -> Discrepancy:
    return Discrepancy(
        f"Table 3: Xception has {printed:,} parameters.",
        f"{xception.params:,} = {xception.trainable_params:,} trainable + {xception.non_trainable_params:,} not.",
        "The paper's number is the trainable part. The rest are the moving means and variances of batch "
        "normalization: they are stored with the weights and used at inference, but no gradient changes them.",
    )


def _of_inception(printed: int, inception: Tally) -> Discrepancy:
    return Discrepancy(
        f"Table 3: Inception V3 has {printed:,} parameters.",
        f"{inception.params:,}, of them {inception.trainable_params:,} trainable (as Keras Applications builds it).",
        f"Unexplained. Keras' network has {inception.params - printed:,} more, its trainable part "
        f"{inception.trainable_params - printed:,} more. The paper does not say how its network differed.",
    )


def _of_the_distance(printed_xception: int, printed_inception: int, xception: Tally, inception: Tally) -> Discrepancy:
    """On the paper's remark that the two networks are of one size.

    A distance is given in percent of the larger network, the smaller way to put it.
    """

    def apart(smaller: int, larger: int) -> str:
        return f"{100 * (larger - smaller) / larger:.2f} %"

    return Discrepancy(
        "Table 3: the two networks' sizes are within 3.5 % of each other.",
        f"The printed numbers are {apart(printed_xception, printed_inception)} apart; counted in Keras' networks "
        f"it is {apart(xception.params, inception.params)} in total and "
        f"{apart(xception.trainable_params, inception.trainable_params)} in trainable parameters.",
        "The paper's statement holds for its own numbers. It does not hold for Keras' networks, because of the "
        "unexplained difference in Inception V3. In every count Xception is the smaller one.",
    )

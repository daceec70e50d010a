"""What a map may be trusted to say, in sentences: is there anything to see, and what is not seen."""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np

from explorer.errors import WeightsError
from explorer.model.gradients.openvino_gradients import Gradients
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.table import METHODS

HOTTEST = 0.1
"""Share of the cells whose part in the map's total is told, rounded up to whole cells."""

_ROUNDINGS = 16
"""Cells that differ by so many roundings of float32 are equal: sums over some hundred channels round so far."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What there is to say about a map.

    Attributes:
        kind: "flat": all cells are equal. "negative": no cell speaks for the target, some speak against it; the
            signed map shows more. "clear": some cells speak for it.
        sentences: In plain words; the first says what the kind means.
    """

    kind: Literal["clear", "flat", "negative"]
    sentences: tuple[str, ...]


def judge(heat_map: HeatMap, target: str = "the target") -> Judgement:
    """Whether a map shows anything, how concentrated it is, and what it does not show.

    Args:
        heat_map: The map.
        target: What the map's target is called.

    Raises:
        WeightsError: If cells are not finite numbers.
    """
    signed = heat_map.signed.astype(np.float64)
    if not np.isfinite(signed).all():
        raise WeightsError(
            f"With the weights of {heat_map.provenance.source} the map's cells are not finite numbers: "
            "is the file damaged?"
        )
    if is_flat(signed):
        return Judgement("flat", _flat(signed))
    if signed.max() <= 0:
        return Judgement("negative", _negative(heat_map, signed, target))
    return Judgement("clear", _clear(heat_map, signed, target))


def is_flat(signed: np.ndarray) -> bool:
    """Whether all cells are equal, up to 16 roundings of float32 of the largest."""
    return bool(np.ptp(signed) <= _ROUNDINGS * np.finfo(np.float32).eps * np.abs(signed).max())


def _flat(signed: np.ndarray) -> tuple[str, ...]:
    if signed.size == 1:
        return ("The map has a single cell, so it cannot tell one place from another.",)
    value = f"{signed.mean():.3g}" if signed.any() else "0"
    return (f"The map is flat: all {signed.size:,} cells are {value}, so it tells no place from another.",)


def _negative(heat_map: HeatMap, signed: np.ndarray, target: str) -> tuple[str, ...]:
    return (
        f"No cell speaks for {target}: all {signed.size:,} are at or below 0, down to {signed.min():.3g}.",
        "The signed map shows them; cut off at 0 there is nothing to see.",
        _why_negative(heat_map, target),
    )


def _why_negative(heat_map: HeatMap, target: str) -> str:
    if heat_map.tap is None:
        return "Wherever the square lay, covering the place left the score as it was or raised it."
    if _has_positive_weights(heat_map):
        return (
            "This method gives no channel a negative weight: cells are below 0 because the layer's values are, which "
            f"they can be at this stage. That says little about {target}; look at a stage after a ReLU."
        )
    if not heat_map.tap.signed:
        return "In every cell the channels that lower the score outweigh those that raise it."
    return (
        "At this stage the layer's values can be below 0 themselves, so a cell below 0 need not be evidence against "
        f"{target}; to be sure, look at a stage after a ReLU."
    )


def _has_positive_weights(heat_map: HeatMap) -> bool:
    """Whether the method gives no channel a negative weight, so that a cell's sign is that of the layer's values."""
    return heat_map.method == "layercam" or (
        heat_map.method in ("score-cam", "faster-score-cam") and heat_map.target.against is None
    )


def _clear(heat_map: HeatMap, signed: np.ndarray, target: str) -> tuple[str, ...]:
    positive = np.maximum(signed, 0)
    total = positive.sum()
    count = ceil(HOTTEST * signed.size)
    hottest = np.sort(positive, axis=None)[-count:].sum() / total
    has_sign = METHODS[heat_map.method].signed
    whole = f"the evidence for {target}" if has_sign else "the map's total"
    verb = "holds" if count == 1 else "hold"
    share = f"{count:,} of {signed.size:,} cells ({_percent(count / signed.size)})"
    sentences = [f"The hottest {share} {verb} {_percent(hottest)} of {whole}."]
    if not has_sign:
        sentences.append(f"The gradients' signs are dropped: a bright region may speak for {target} or against it.")
    elif signed.min() < 0:
        against = (positive.sum() - signed.sum()) / total
        # Where the layer's own values can be below 0, so can a cell that is no evidence against anything.
        if _has_positive_weights(heat_map) or (heat_map.tap is not None and heat_map.tap.signed):
            sentences.append(f"The cells below 0 add up to {_percent(against)} of those above 0.")
        else:
            sentences.append(f"Evidence against {target} adds up to {_percent(against)} of that for it.")
    else:
        sentences.append("No cell is below 0.")
    if heat_map.tap is not None:
        sentences.extend(_at_the_edge(positive, target))
    sentences.append("The map shows what the score answers to, not that the answer is right.")
    return tuple(sentences)


def _at_the_edge(positive: np.ndarray, target: str) -> tuple[str, ...]:
    """A warning if the outermost ring of cells holds most of the total, and twice what it would hold by its size."""
    inner = positive[1:-1, 1:-1]
    in_ring = 1 - inner.sum() / positive.sum()
    of_cells = 1 - inner.size / positive.size
    if in_ring <= max(0.5, 2 * of_cells):
        return ()
    return (
        f"The outermost ring of cells, {_percent(of_cells)} of all, holds {_percent(in_ring)} of the evidence "
        f"for {target}: this may come from the zeros that convolutions see beyond the edge, and not from the picture.",
    )


def _percent(share: float) -> str:
    """Whole percent, but neither "0 %" of something nor "100 %" of less than all."""
    if 0 < share < 0.005:
        return "less than 1 %"
    if 0.995 <= share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %"


@dataclass(frozen=True, slots=True)
class BranchShare:
    """What passes a residual module through its branch, and what passes it by.

    Evidence is gradient x value, summed over the module's addition: how much of the score a part carries, to first
    order.

    Attributes:
        branch: Evidence of what the branch adds.
        shortcut: Evidence of what comes by the shortcut.
    """

    branch: float
    shortcut: float

    @property
    def share(self) -> float:
        """The branch's, from 0 to 1, of both sizes without their signs; NaN if there is no evidence."""
        total = abs(self.branch) + abs(self.shortcut)
        return abs(self.branch) / total if total else float("nan")

    @property
    def sentence(self) -> str:
        """In plain words."""
        return self.of("the target")

    def of(self, target: str) -> str:
        """In plain words, with what the target is called."""
        if not self.branch and not self.shortcut:
            return "No evidence passes this module: its output does not move the score."
        own, other = ("for", "against") if (self.branch or self.shortcut) > 0 else ("against", "for")
        mine, rest = _percent(self.share), _percent(1 - self.share)
        if self.branch * self.shortcut < 0:
            return (
                f"This map covers {mine} of this module's evidence, and that part speaks {own} {target}. The other "
                f"{rest} speaks {other} it, takes the shortcut and is not shown here."
            )
        return (
            f"This map covers {mine} of this module's evidence {own} {target}. The other {rest} takes the shortcut "
            "and is not shown here."
        )


def branch_share(at_addition: Gradients, shortcut: np.ndarray) -> BranchShare:
    """How the evidence at a residual module's addition is shared between branch and shortcut.

    Args:
        at_addition: Value and gradient of the addition, (1, height, width, channels).
        shortcut: The same shape: what came by the shortcut. The branch's part is the rest of the sum.
    """
    gradient = at_addition.gradient.astype(np.float64)
    passed_by = float((gradient * shortcut).sum())
    return BranchShare(float((gradient * at_addition.activation).sum()) - passed_by, passed_by)

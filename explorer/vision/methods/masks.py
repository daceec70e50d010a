"""Score-CAM and occlusion: what becomes of the answer when parts of the picture are covered. Forward passes only.

Covering means gray: the network sees [-1, 1], in which gray is 0, so a mask that is multiplied onto the picture fades
it to gray. One covered picture exists at a time.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from time import perf_counter
from typing import Any

import numpy as np

from explorer.arch.places.taps import Tap
from explorer.arch.receptive_field import ReceptiveField, Span
from explorer.errors import ConfigError
from explorer.model.engines.engine import Engine
from explorer.model.weights.arrays import Provenance
from explorer.vision.classification import finite_logits
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.method import Asked, Method, Question, place_of
from explorer.vision.methods.target import Target
from explorer.vision.methods.upscaling import upscaled
from explorer.vision.progress import Progress, silent
from explorer.vision.results import probabilities

MOST_VARYING = 10
"""Channels that Faster-Score-CAM looks at, as its author proposes."""

COVERED_COST = 1.3
"""A pass beside a prediction: the picture is covered anew for each. Measured at 150 px: 1.2 to 1.5."""

_SQUARES = 12
"""Along each side of the picture, unless settings say otherwise: 12 x 12 passes."""


def score_cam(
    engine: Engine,
    image: np.ndarray,
    activation: np.ndarray,
    tap: Tap,
    target: Target,
    provenance: Provenance,
    *,
    channels: int | None = None,
    progress: Progress = silent,
) -> HeatMap:
    """The sum of a layer's channels, each weighted by the probability that it leaves when the picture is masked by it.

    A channel is laid over the picture, brought to 0..1 by its own minimum and maximum there, and multiplied onto it.
    Its weight is the softmax probability of the class, or the difference of both classes' probabilities. A flat
    channel masks nothing and shows no place: it is skipped, its weight is 0.

    The paper is not of one mind about the weight: its text and its authors' program take the probability, its
    algorithm 1 a softmax over the channels of how far the logit rises above a black picture's. The first is taken
    here, without a black picture's probability subtracted, as tf-keras-vis does; that one differs in where it lays the
    channels (corner on corner, not by receptive fields) and in not skipping flat ones.

    Args:
        engine: The network.
        image: (1, size, size, 3), float32 in [-1, 1].
        activation: (1, height, width, channels): what the tap gives for that picture.
        tap: The place.
        target: What is asked.
        provenance: State of the weights.
        channels: None for Score-CAM; else Faster-Score-CAM, with so many of the channels, those with the largest
            standard deviation over the map; all if there are fewer.
        progress: Told after each pass; passes of flat channels are not needed and not counted.

    Raises:
        ConfigError: If there is no such class, or `channels` is below 1.
        WeightsError: If the logits are not finite.

    Source: arXiv:1910.01279; Faster-Score-CAM: github.com/tabayashi0117/Score-CAM.
    """
    if channels is not None and channels < 1:
        raise ConfigError(f"Faster-Score-CAM needs at least 1 channel, got {channels}")
    start = perf_counter()
    size = image.shape[1]
    maps = activation[0]
    live = _not_flat(maps, channels)
    logits = finite_logits(engine, image)
    direction = target.direction(logits.size)
    passes = 1 + len(live)
    progress(1, passes)
    signed = np.zeros(maps.shape[:2])
    for done, channel in enumerate(live, start=2):
        mask = _mask(upscaled(maps[..., channel], tap.receptive_field, size, size, size))
        masked = finite_logits(engine, image * mask[..., np.newaxis])
        weight = probabilities(masked, engine.provenance) @ direction
        signed += weight * maps[..., channel]
        progress(done, passes)
    return HeatMap(
        "score-cam" if channels is None else "faster-score-cam",
        tap,
        target,
        signed.astype(np.float32),
        tap.receptive_field,
        size,
        float(logits @ direction),
        provenance,
        perf_counter() - start,
        {} if channels is None else {"channels": min(channels, maps.shape[-1])},
    )


def score_cam_passes(activation_shape: tuple[int, ...], channels: int | None) -> int:
    """How often `score_cam` runs the network at most: the picture itself, and once for each channel.

    Args:
        activation_shape: Shape of the activation; its last number counts.
        channels: As of `score_cam`.
    """
    return 1 + min(activation_shape[-1], channels or activation_shape[-1])


def occlusion(
    engine: Engine,
    image: np.ndarray,
    target: Target,
    provenance: Provenance,
    *,
    patch_px: int | None = None,
    stride_px: int | None = None,
    progress: Progress = silent,
) -> HeatMap:
    """How far the score falls when a gray square covers the place; below 0 where it rises.

    The squares reach every edge. Where they do not fit exactly, those at the edges hang over by the same number of px
    on both sides, give or take one. With the settings left out they fit.

    Args:
        engine: The network.
        image: (1, size, size, 3), float32 in [-1, 1].
        target: What is asked; the score is its logit, or the difference of its two logits.
        provenance: State of the weights.
        patch_px: Side of the square; if left out, about an eighth of the picture's.
        stride_px: From one square to the next, not more than `patch_px`; if left out, about a twelfth of the side.
        progress: Told after each pass.

    Raises:
        ConfigError: If there is no such class, or the squares would be no squares or leave pixels uncovered.
        WeightsError: If the logits are not finite.

    Source: arXiv:1311.2901, section 4.2.
    """
    start = perf_counter()
    size = image.shape[1]
    span, squares = _squares(size, patch_px, stride_px)
    untouched = finite_logits(engine, image)
    direction = target.direction(untouched.size)
    score = float(untouched @ direction)
    passes = 1 + squares**2
    progress(1, passes)
    signed = np.empty((squares, squares), np.float32)
    for row, column in np.ndindex(squares, squares):
        covered = image.copy()
        covered[:, _covered(span, row), _covered(span, column)] = 0
        signed[row, column] = score - finite_logits(engine, covered) @ direction
        progress(2 + row * squares + column, passes)
    return HeatMap(
        "occlusion",
        None,
        target,
        signed,
        ReceptiveField(span, span),
        size,
        score,
        provenance,
        perf_counter() - start,
        {"patch_px": span.size, "stride_px": span.jump},
    )


def occlusion_passes(input_size: int, patch_px: int | None = None, stride_px: int | None = None) -> int:
    """How often `occlusion` runs the network: the picture itself, and once for each square.

    Raises:
        ConfigError: As `occlusion`.
    """
    return 1 + _squares(input_size, patch_px, stride_px)[1] ** 2


def _not_flat(maps: np.ndarray, most_varying: int | None) -> list[int]:
    """The channels of (height, width, channels) that are not flat, or those of the most varying that are not.

    Whether a map is flat is asked of its cells: laid over the picture, equal cells may differ by a rounding.
    """
    if most_varying is None:
        chosen = np.arange(maps.shape[-1])
    else:
        chosen = np.argsort(-maps.std(axis=(0, 1), dtype=np.float64), kind="stable")[:most_varying]
    flat = maps.min(axis=(0, 1)) == maps.max(axis=(0, 1))
    return [int(channel) for channel in chosen if not flat[channel]]


def _mask(values: np.ndarray) -> np.ndarray:
    """`values` brought to 0..1; all 0 if only cells outside of the picture differ."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _squares(input_size: int, patch_px: int | None, stride_px: int | None) -> tuple[Span, int]:
    """Where the squares lie along one side of the picture, and how many there are."""
    # Twelve squares of an eighth of the side fit at strides of 7/88 of it. The stride is rounded, but so that
    # twelve still cover the side, and the square takes what is left: 12 and 18 px of 150, 24 and 35 px of 299.
    fitting_stride = max(1, min(round(input_size * 7 / 88), input_size // _SQUARES))
    fitting_patch = max(1, input_size - (_SQUARES - 1) * fitting_stride)
    stride = stride_px if stride_px is not None else min(fitting_stride, patch_px or fitting_stride)
    patch = patch_px if patch_px is not None else max(fitting_patch, stride)
    if not 1 <= stride <= patch <= input_size:
        raise ConfigError(
            "a square's side must be at least its stride, so that no pixel stays uncovered, and at most the picture's "
            f"{input_size} px, and the stride at least 1 px; got squares of {patch} px every {stride} px"
        )
    squares = ceil((input_size - patch) / stride) + 1
    overhang = (squares - 1) * stride + patch - input_size
    return Span(patch, stride, -(overhang // 2)), squares


def _covered(span: Span, index: int) -> slice:
    """The pixels of a square along one side."""
    first = span.start + span.jump * index
    return slice(max(0, first), first + span.size)


def _run_score_cam(asked: Asked, question: Question) -> HeatMap:
    tap, image = place_of(question), question.activations.maps[asked.image_node]
    masks = asked.values(question.activations, [tap.node])[tap.node]
    return score_cam(
        asked.engine,
        image,
        masks,
        tap,
        question.target,
        asked.provenance,
        progress=question.progress,
        **question.settings,
    )


def _run_faster_score_cam(asked: Asked, question: Question) -> HeatMap:
    settings = {"channels": min(MOST_VARYING, place_of(question).shape[-1]), **question.settings}
    return _run_score_cam(asked, replace(question, settings=settings))


def _run_occlusion(asked: Asked, question: Question) -> HeatMap:
    image = question.activations.maps[asked.image_node]
    return occlusion(
        asked.engine, image, question.target, asked.provenance, progress=question.progress, **question.settings
    )


def _score_cam_passes(size: int, tap: Tap | None, settings: Mapping[str, Any]) -> int:
    assert tap is not None
    return score_cam_passes(tap.shape, settings.get("channels"))


def _faster_score_cam_passes(size: int, tap: Tap | None, settings: Mapping[str, Any]) -> int:
    return _score_cam_passes(size, tap, {"channels": MOST_VARYING, **settings})


SCORE_CAM = Method(
    name="score-cam",
    title="Score-CAM",
    story="Each channel is laid over the picture as a mask and weighted by the probability that is left. No gradients.",
    source="arXiv:1910.01279",
    layered=True,
    signed=True,
    slow=True,
    run=_run_score_cam,
    passes=_score_cam_passes,
    skips_flat=True,
    pass_cost=COVERED_COST,
)
FASTER_SCORE_CAM = Method(
    name="faster-score-cam",
    title="Faster-Score-CAM",
    story="Score-CAM with only the channels whose maps vary most.",
    source="github.com/tabayashi0117/Score-CAM",
    layered=True,
    signed=True,
    slow=True,
    run=_run_faster_score_cam,
    passes=_faster_score_cam_passes,
    skips_flat=True,
    pass_cost=COVERED_COST,
)
OCCLUSION = Method(
    name="occlusion",
    title="Occlusion",
    story="How far the score falls when a gray square covers the place: an independent check that uses no gradients.",
    source="arXiv:1311.2901",
    layered=False,
    signed=True,
    slow=True,
    run=_run_occlusion,
    pass_cost=COVERED_COST,
    passes=lambda size, tap, settings: occlusion_passes(size, **settings),
)

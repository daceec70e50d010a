"""Saliency and SmoothGrad: how the score answers to each pixel, by its gradient.

The colour that matters most stands for its pixel, as in Simonyan et al., and signs are dropped: a gradient's sign says
which way a pixel would have to change, not whether the place speaks for the class.
"""

from time import perf_counter

import numpy as np

from explorer.arch.receptive_field import PIXEL
from explorer.errors import ConfigError
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.weights.arrays import Provenance
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.method import Asked, Method, Question
from explorer.vision.methods.target import Target
from explorer.vision.progress import Progress, silent

BACK_COST = 8.0
"""Forward and back, part by part, beside a prediction. Measured: 7.3 (Xception at 150 px) to 9.6 (MobileNet)."""


def saliency(network: OpenVINOGradients, image: np.ndarray, target: Target, provenance: Provenance) -> HeatMap:
    """The largest of the three colours' gradients at each pixel, without sign.

    Args:
        network: With its weights.
        image: (1, size, size, 3), float32 in [-1, 1].
        target: What is asked.
        provenance: State of the weights.

    Raises:
        ConfigError: If there is no such class.

    Source: arXiv:1312.6034, section 3.1.
    """
    start = perf_counter()
    values, score = _answer(network, image, target.direction(network.classes))
    size = image.shape[1]
    return HeatMap("saliency", None, target, values, PIXEL, size, score, provenance, perf_counter() - start)


def smoothgrad(
    network: OpenVINOGradients,
    image: np.ndarray,
    target: Target,
    provenance: Provenance,
    *,
    samples: int = 16,
    noise: float = 0.15,
    seed: int = 0,
    progress: Progress = silent,
) -> HeatMap:
    """The mean of the saliencies of noisy copies of the picture.

    Args:
        network: With its weights.
        image: (1, size, size, 3), float32 in [-1, 1].
        target: What is asked.
        provenance: State of the weights.
        samples: Noisy copies, at least 1.
        noise: Standard deviation of the normal noise, as a share of the picture's range from its darkest to its
            brightest value; the paper finds 0.1 to 0.2 best. Noisy values may leave [-1, 1].
        seed: The same seed gives the same noise.
        progress: Told after the picture itself, whose score is the map's, and after each copy.

    Raises:
        ConfigError: If there is no such class, or a setting is out of range.

    Source: arXiv:1706.03825.
    """
    if samples < 1:
        raise ConfigError(f"SmoothGrad needs at least 1 noisy copy, got {samples}")
    if not 0 <= noise < np.inf:
        raise ConfigError(f"the noise must be 0 or more, as a share of the picture's range, got {noise}")
    start = perf_counter()
    direction = target.direction(network.classes)
    passes = smoothgrad_passes(samples)
    _, score = _answer(network, image, direction)
    progress(1, passes)
    generator = np.random.default_rng(seed)
    sigma = np.float32(noise * np.ptp(image))
    total = np.zeros(image.shape[1:3])
    for done in range(2, passes + 1):
        copy = image + sigma * generator.standard_normal(image.shape, np.float32)
        total += _answer(network, copy, direction)[0]
        progress(done, passes)
    return HeatMap(
        "smoothgrad",
        None,
        target,
        (total / samples).astype(np.float32),
        PIXEL,
        image.shape[1],
        score,
        provenance,
        perf_counter() - start,
        {"samples": samples, "noise": noise, "seed": seed},
    )


def smoothgrad_passes(samples: int = 16) -> int:
    """How often `smoothgrad` runs the network, forward and backward."""
    return samples + 1


def _answer(network: OpenVINOGradients, image: np.ndarray, direction: np.ndarray) -> tuple[np.ndarray, float]:
    """(rows, columns), float32: the answer to each pixel; and the score."""
    gradients = network.run(image, direction, (network.image,))[network.image]
    return np.abs(gradients.gradient[0]).max(axis=-1).astype(np.float32), float(gradients.score[0])


def _run_saliency(asked: Asked, question: Question) -> HeatMap:
    image = question.activations.maps[asked.image_node]
    return saliency(asked.by_parts, image, question.target, asked.provenance)


def _run_smoothgrad(asked: Asked, question: Question) -> HeatMap:
    image, network = question.activations.maps[asked.image_node], asked.by_parts
    settings = question.settings
    return smoothgrad(network, image, question.target, asked.provenance, progress=question.progress, **settings)


SALIENCY = Method(
    name="saliency",
    title="Saliency",
    story="How much the score answers to each pixel: the largest of the three colours' gradients, without sign.",
    source="arXiv:1312.6034",
    layered=False,
    signed=False,
    slow=False,
    run=_run_saliency,
)
SMOOTHGRAD = Method(
    name="smoothgrad",
    title="SmoothGrad",
    story="The mean of the saliencies of noisy copies of the picture.",
    source="arXiv:1706.03825",
    layered=False,
    signed=False,
    slow=True,
    run=_run_smoothgrad,
    pass_cost=BACK_COST,
    passes=lambda size, tap, settings: smoothgrad_passes(settings.get("samples", 16)),
)

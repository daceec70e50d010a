"""Deletion and insertion: does the answer really hang on the places that a map says it hangs on?

The pixels are ordered by the map, the hottest first. *Deletion* turns them gray share by share: the sooner the
probability of the class falls, the truer the map, the smaller the area under the curve. *Insertion* restores them
share by share in a blurred copy of the picture: the sooner the probability rises, the larger the area.

Areas mean little alone: a class that answers to texture falls by any order. So each curve is measured against the
mean curve of random orders of patches as large as the map's own cells. Of several, because one says little: by a map
of 5 x 5 cells, eight random orders of one picture gave deletion areas from 0.15 to 0.51.

Source: Petsiuk et al., RISE, arXiv:1806.07421, section 4.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter

import numpy as np

from explorer.errors import ConfigError
from explorer.model.engines.engine import Engine
from explorer.vision.checks.covering import blurred
from explorer.vision.classification import finite_logits
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.upscaling import upscaled
from explorer.vision.progress import Progress, silent
from explorer.vision.results import probabilities

RANDOM_ORDERS = 3

PASS_COST = 1.3
"""A pass beside a prediction: the picture is changed for each. Measured at 150 px: 1.2 to 1.6."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The probability of the class as pixels are removed or restored, read-only float64.

    Attributes:
        fractions: (steps + 1,): share of the pixels that are changed, from 0 to 1.
        map: (steps + 1,): probabilities, by the map's order.
        random: (steps + 1,): mean over the random orders.
        map_area: Area under `map`, by the trapezoidal rule.
        random_area: Area under `random`.
        random_areas: Area of each random order, of which `random_area` is the mean.
    """

    fractions: np.ndarray
    map: np.ndarray
    random: np.ndarray
    map_area: float
    random_area: float
    random_areas: tuple[float, ...]

    def __post_init__(self) -> None:
        for array in (self.fractions, self.map, self.random):
            array.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class Faithfulness:
    """How far a map is borne out.

    Attributes:
        deletion: Pixels turned gray, the hottest first: a smaller area than by random orders bears the map out.
        insertion: Pixels restored in a blurred copy, the hottest first: a larger area does.
        probability: Of the class on the untouched picture.
        steps: Shares in which pixels are removed or restored.
        seed: Of the random orders.
        seconds: How long it took.
    """

    deletion: Curve
    insertion: Curve
    probability: float
    steps: int
    seed: int
    seconds: float


def faithfulness(
    engine: Engine,
    image: np.ndarray,
    heat_map: HeatMap,
    *,
    steps: int = 20,
    seed: int = 0,
    random_orders: int = RANDOM_ORDERS,
    progress: Progress = silent,
) -> Faithfulness:
    """Deletion and insertion of one map on its picture.

    The order is that of the signed map, laid over the picture as it is shown: what speaks against the target comes
    last. Equal pixels go row by row from the top left. The class is the target's, also where the map asks what tells
    it from another. A random order gives every cell of the map a rank of its own and lays the ranks over the picture
    as the map is laid. Removed pixels are gray, 0. The blur is that of `explorer.vision.checks.covering.blurred`.

    Args:
        engine: The network.
        image: (1, size, size, 3), float32 in [-1, 1]: the picture that the map was made of.
        heat_map: The map.
        steps: Shares, equal to within a pixel; at least 1.
        seed: Of the random orders.
        random_orders: How many, at least 1.
        progress: Told after each pass.

    Raises:
        ConfigError: If there are fewer steps than 1 or more than pixels, or no random orders.
        WeightsError: If the logits are not finite.
    """
    start = perf_counter()
    size = image.shape[1]
    if not 1 <= steps <= size**2:
        raise ConfigError(f"the steps must be from 1 to the picture's {size**2:,} pixels, got {steps}")
    if random_orders < 1:
        raise ConfigError(f"faithfulness needs at least 1 random order to compare with, got {random_orders}")
    passes, done = faithfulness_passes(steps, random_orders), 0

    def probability(picture: np.ndarray) -> float:
        nonlocal done
        result = float(probabilities(finite_logits(engine, picture), engine.provenance)[heat_map.target.index])
        done += 1
        progress(done, passes)
        return result

    counts = np.arange(steps + 1) * size**2 // steps
    fractions = counts / size**2
    generator = np.random.default_rng(seed)
    ranks = [generator.permutation(heat_map.signed.size) for _ in range(random_orders)]
    by_map, *by_random = (
        _order(values.reshape(heat_map.signed.shape), heat_map) for values in (heat_map.signed, *ranks)
    )
    gray = np.zeros_like(image)
    vague_image = blurred(image)
    full, empty, vague = (probability(picture) for picture in (image, gray, vague_image))

    def curve(before: np.ndarray, at_start: float, after: np.ndarray, at_end: float) -> Curve:
        of_map, *of_random = (
            np.array([at_start, *map(probability, _between(before, after, order, counts)), at_end])
            for order in (by_map, *by_random)
        )
        mean = np.mean(of_random, axis=0)
        areas = (float(np.trapezoid(probabilities, fractions)) for probabilities in (of_map, mean, *of_random))
        map_area, random_area, *each = areas
        return Curve(fractions.copy(), of_map, mean, map_area, random_area, tuple(each))

    deletion = curve(image, full, gray, empty)
    insertion = curve(vague_image, vague, image, full)
    return Faithfulness(deletion, insertion, full, steps, seed, perf_counter() - start)


def faithfulness_passes(steps: int = 20, random_orders: int = RANDOM_ORDERS) -> int:
    """How often `faithfulness` runs the network: two curves for each order, of which the three ends are common."""
    return 2 * (1 + random_orders) * (steps - 1) + 3


def _order(values: np.ndarray, heat_map: HeatMap) -> np.ndarray:
    """(size * size,): the pixels, counted row by row, from the hottest cell's to the coldest's."""
    size = heat_map.input_size
    return np.argsort(-upscaled(values, heat_map.field, size, size, size), axis=None, kind="stable")


def _between(before: np.ndarray, after: np.ndarray, order: np.ndarray, counts: np.ndarray) -> Iterator[np.ndarray]:
    """The pictures on the way from `before` to `after`, both ends left out: one array, changed from one to the next."""
    picture = before.copy()
    pixels, new = picture.reshape(-1, 3), after.reshape(-1, 3)
    for first, last in pairwise(counts[:-1]):
        pixels[order[first:last]] = new[order[first:last]]
        yield picture

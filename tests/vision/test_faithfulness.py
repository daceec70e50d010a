"""Deletion and insertion on an engine that knows what each pixel is worth."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from explorer.arch.receptive_field import PIXEL, ReceptiveField, Span
from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.engines.engine import Outputs
from explorer.model.weights.arrays import Provenance
from explorer.model.weights.trained_networks import load_trained
from explorer.networks.xception import KITCHENWARE
from explorer.vision.checks.covering import BLUR_SHARE
from explorer.vision.checks.faithfulness import faithfulness, faithfulness_passes
from explorer.vision.explainer import Explainer
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.target import Target
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.pictures.samples import SAMPLES

TRAINED = Provenance("pretrained", "test", "Trained in a test.")
SIZE = 12
SECOND = Target(1)


@dataclass
class Counting:
    """An engine whose probability of class 1 is what the pixels that are as in `original` are worth, and 0.05."""

    original: np.ndarray  # (1, size, size, 3)
    worth: np.ndarray  # (size, size), sums to 0.9
    provenance: Provenance = TRAINED
    name: str = "stub"
    version: str = "1"
    present: list[np.ndarray] = field(default_factory=list)

    def run(self, images: np.ndarray) -> Outputs:
        present = (images[0] == self.original[0]).all(axis=-1)
        self.present.append(present)
        probability = 0.05 + (self.worth * present).sum()
        return Outputs(np.log([[1 - probability, probability]]), {})


@pytest.fixture
def engine():
    generator = np.random.default_rng(1)
    picture = generator.uniform(0.1, 1, (1, SIZE, SIZE, 3)).astype(np.float32)
    worth = generator.exponential(size=(SIZE, SIZE))
    return Counting(picture, 0.9 * worth / worth.sum())


def heat_map(signed: np.ndarray, of_field: ReceptiveField = PIXEL, target: Target = SECOND) -> HeatMap:
    return HeatMap("occlusion", None, target, signed.astype(np.float32), of_field, SIZE, 0.0, TRAINED, 0.0)


def coarse(cells: int) -> ReceptiveField:
    """Cells side by side over the whole picture."""
    span = Span(SIZE // cells, SIZE // cells, 0)
    return ReceptiveField(span, span)


def test_the_curves_are_sums_by_hand(engine):
    found = faithfulness(engine, engine.original, heat_map(engine.worth), steps=SIZE**2, random_orders=1)
    taken = np.concatenate([[0], np.cumsum(np.sort(engine.worth, axis=None)[::-1])])
    np.testing.assert_allclose(found.deletion.map, 0.95 - taken)
    np.testing.assert_allclose(found.insertion.map, 0.05 + taken)
    np.testing.assert_allclose(found.deletion.fractions, np.arange(SIZE**2 + 1) / SIZE**2)
    # The area by hand: a pixel that is removed as the k-th counts in the trapezoids before it, and half in its own.
    order = np.sort(engine.worth, axis=None)[::-1]
    area = 0.05 + (order * (np.arange(SIZE**2) + 0.5)).sum() / SIZE**2
    assert found.deletion.map_area == pytest.approx(area)
    assert found.insertion.map_area == pytest.approx(1 - area)
    assert found.probability == pytest.approx(0.95)


def test_no_order_is_better_than_the_true_one_nor_worse_than_its_reverse(engine):
    def areas(values: np.ndarray) -> tuple[float, float]:
        found = faithfulness(engine, engine.original, heat_map(values))
        return found.deletion.map_area, found.insertion.map_area

    best, worst = areas(engine.worth), areas(-engine.worth)
    found = faithfulness(engine, engine.original, heat_map(engine.worth), random_orders=4)
    others = [areas(np.random.default_rng(seed).normal(size=(SIZE, SIZE))) for seed in range(3)]
    others.append((found.deletion.random_area, found.insertion.random_area))
    for deletion, insertion in others:
        assert best[0] < deletion < worst[0]
        assert best[1] > insertion > worst[1]
    # Removing what the pixels are worth, in any order, is inserting it in the reverse order.
    assert best[0] + best[1] == pytest.approx(1)


def test_ends_are_the_picture_gray_and_the_blurred_copy():
    """The probability is the mean of the picture's first colour."""
    picture = np.random.default_rng(1).uniform(0.1, 0.9, (1, SIZE, SIZE, 3)).astype(np.float32)
    seen = []

    class Mean:
        provenance = TRAINED

        def run(self, images: np.ndarray) -> Outputs:
            seen.append(images.copy())
            mean = 0.01 + images[0, ..., 0].mean(dtype=np.float64)
            return Outputs(np.log([[1 - mean, mean]]), {})

    found = faithfulness(Mean(), picture, heat_map(picture[0, ..., 1]), steps=4)
    sigma = BLUR_SHARE * SIZE
    blurred = gaussian_filter(picture[0, ..., 0], sigma, mode="nearest")
    full = 0.01 + picture[0, ..., 0].mean()
    assert found.probability == pytest.approx(full)
    assert found.deletion.map[[0, -1]] == pytest.approx([full, 0.01])
    assert found.insertion.map[[0, -1]] == pytest.approx([0.01 + blurred.mean(), full])
    assert found.deletion.random[[0, -1]] == pytest.approx([full, 0.01])
    assert found.insertion.random[[0, -1]] == pytest.approx([0.01 + blurred.mean(), full])
    # Half way each pixel is either the picture's or the other's: the hottest half, by the second colour.
    hot = picture[0, ..., 1] > np.median(picture[0, ..., 1])
    half_removed, half_restored = (
        next(x[0, ..., 0] for x in seen if np.allclose(x[0, ..., 0], expected, atol=1e-6))
        for expected in (np.where(hot, 0, picture[0, ..., 0]), np.where(hot, picture[0, ..., 0], blurred))
    )
    assert found.deletion.map[2] == pytest.approx(0.01 + half_removed.mean())
    assert found.insertion.map[2] == pytest.approx(0.01 + half_restored.mean())


@pytest.mark.parametrize("steps", [1, 5, 7, 20])
def test_shares_are_equal_to_within_a_pixel(engine, steps):
    found = faithfulness(engine, engine.original, heat_map(engine.worth), steps=steps, random_orders=2)
    pixels = np.diff(found.deletion.fractions) * SIZE**2
    assert len(pixels) == steps
    assert pixels.sum() == pytest.approx(SIZE**2)
    assert np.ptp(pixels) < 1 + 1e-9
    assert (np.diff(found.deletion.map) <= 0).all()
    assert (np.diff(found.insertion.map) >= 0).all()
    assert len(engine.present) == faithfulness_passes(steps, 2)
    removed = {SIZE**2 - int(present.sum()) for present in engine.present}
    assert removed == {round(fraction * SIZE**2) for fraction in found.deletion.fractions} | {
        SIZE**2 - round(fraction * SIZE**2) for fraction in found.deletion.fractions
    }


def test_equal_pixels_go_row_by_row(engine):
    values = np.zeros((SIZE, SIZE))
    values[-1, -1] = 1
    faithfulness(engine, engine.original, heat_map(values), steps=SIZE**2, random_orders=1)
    after_three = next(present for present in engine.present if present.sum() == SIZE**2 - 3)
    assert [tuple(where) for where in np.argwhere(~after_three)] == [(0, 0), (0, 1), (SIZE - 1, SIZE - 1)]


def test_what_speaks_against_goes_last(engine):
    values = np.zeros((SIZE, SIZE))
    values[0, :6] = -1
    found = faithfulness(engine, engine.original, heat_map(values), steps=SIZE**2)
    assert found.deletion.map[-7] == pytest.approx(0.05 + engine.worth[0, :6].sum())


def test_the_random_order_takes_patches_as_large_as_the_maps_cells(engine):
    """The first ninth that goes lies together: pixels touch two others and more, scattered ones less than half."""
    for seed in range(5):
        engine.present.clear()
        faithfulness(engine, engine.original, heat_map(np.eye(3), coarse(3)), steps=9, seed=seed, random_orders=1)
        # After the three ends: deletion by the map (8 pictures), then by the random order.
        removed = ~engine.present[3 + 8]
        assert removed.sum() == SIZE**2 / 9
        touches = (removed[1:] & removed[:-1]).sum() + (removed[:, 1:] & removed[:, :-1]).sum()
        assert 2 * touches / removed.sum() > 2


def test_the_random_curve_is_the_mean_of_its_orders(engine):
    values = heat_map(engine.worth)
    three = faithfulness(engine, engine.original, values, seed=1, random_orders=3)
    one = faithfulness(engine, engine.original, values, seed=1, random_orders=1)
    other = faithfulness(engine, engine.original, values, seed=2, random_orders=1)
    for curve, alone in ((three.deletion, one.deletion), (three.insertion, one.insertion)):
        assert len(curve.random_areas) == 3
        assert curve.random_areas[0] == pytest.approx(alone.random_area)
        assert curve.random_area == pytest.approx(np.mean(curve.random_areas))
        assert curve.random_area == pytest.approx(np.trapezoid(curve.random, curve.fractions))
        assert len(set(curve.random_areas)) == 3
    assert one.deletion.random_area != other.deletion.random_area
    np.testing.assert_array_equal(
        three.deletion.random, faithfulness(engine, engine.original, values, seed=1).deletion.random
    )


def test_a_difference_is_tested_by_its_first_class(engine):
    found = faithfulness(engine, engine.original, heat_map(engine.worth, target=Target(1, against=0)), steps=2)
    assert found.deletion.map[0] == pytest.approx(0.95)


def test_progress_counts_every_pass_and_may_end_it(engine):
    told = []
    values = heat_map(engine.worth)
    faithfulness(engine, engine.original, values, steps=3, progress=lambda *done: told.append(done))
    total = faithfulness_passes(3)
    assert told == [(done, total) for done in range(1, total + 1)]

    def stop(done, total):
        if done == 5:
            raise InterruptedError

    engine.present.clear()
    with pytest.raises(InterruptedError):
        faithfulness(engine, engine.original, values, progress=stop)
    assert len(engine.present) == 5


def test_bad_choices(engine):
    values = heat_map(engine.worth)
    with pytest.raises(ConfigError, match="from 1 to the picture's 144 pixels, got 0"):
        faithfulness(engine, engine.original, values, steps=0)
    with pytest.raises(ConfigError, match="got 145"):
        faithfulness(engine, engine.original, values, steps=145)
    with pytest.raises(ConfigError, match="at least 1 random order to compare with, got 0"):
        faithfulness(engine, engine.original, values, random_orders=0)


def test_logits_that_overflow_are_the_weights_fault(engine):
    engine.worth[0, 0] = np.nan
    with pytest.raises(WeightsError, match="weights of test the logits are not finite"):
        faithfulness(engine, engine.original, heat_map(np.ones((SIZE, SIZE))))


def test_results_cannot_be_changed(engine):
    found = faithfulness(engine, engine.original, heat_map(engine.worth), steps=2)
    for array in (found.deletion.map, found.deletion.random, found.insertion.fractions):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_real_cup():
    """Its ends are the engine's own answers; Grad-CAM's order is far better than its reverse."""
    trained = load_trained(KITCHENWARE)
    explainer = Explainer(graph_of(trained.config), trained.weights)
    image = network_input(decode(SAMPLES[0].file.read_bytes()), 150)
    activations = explainer.activations(image)
    by_map = explainer.heat_map("grad-cam", activations, Target(0))
    found = faithfulness(explainer.engine, image, by_map, steps=5, random_orders=1)
    assert found.probability == pytest.approx(0.896, abs=2e-3)
    assert found.deletion.map[-1] == pytest.approx(0.163, abs=2e-3), "a gray picture"
    assert found.insertion.map[-1] == found.deletion.map[0] == found.probability
    reverse = replace(by_map, signed=-by_map.signed)
    opposite = faithfulness(explainer.engine, image, reverse, steps=5, random_orders=1)
    assert found.deletion.map_area < opposite.deletion.map_area
    assert found.insertion.map_area > opposite.insertion.map_area

"""A covered place: the pixels are those that were asked for, and the answer is Keras' own on such a picture."""

from io import BytesIO

import keras
import numpy as np
import pytest
from PIL import Image

from explorer.compute import answers
from explorer.compute.loaded_networks import LoadedNetworks
from explorer.model.sources.store import path_of
from explorer.networks.xception import KITCHENWARE
from explorer.ui.links.parts.cover_link import FILLINGS
from explorer.vision.checks.covering import BLUR, GRAY, Box, covered, filler
from explorer.vision.look import Look
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES


def look(number: int) -> Look:
    return Look(picture("sample", SAMPLES[number].file.read_bytes()), KITCHENWARE.config, KITCHENWARE)


@pytest.mark.parametrize("filling", [GRAY, "chelsea"])
def test_a_covered_picture_is_answered_as_keras_answers_it(filling):
    """The box by hand, in NumPy; the network as Keras itself loads and runs it."""

    def pixels(number: int) -> np.ndarray:
        image = Image.open(BytesIO(SAMPLES[number].file.read_bytes())).convert("RGB")
        return np.asarray(image.resize((150, 150), Image.Resampling.BILINEAR), np.float32) / 127.5 - 1

    image = pixels(0)
    # From 30 % to 70 % of the width, from 20 % to 50 % of the height.
    image[30:75, 45:105] = 0 if filling == GRAY else pixels(1)[30:75, 45:105]
    path = path_of(KITCHENWARE)
    assert path, "fetch them: python -m explorer weights fetch kitchenware"
    logits = keras.models.load_model(path, compile=False)([image[np.newaxis]], training=False).numpy()[0]

    loaded = LoadedNetworks()
    how = filling if filling == GRAY else look(1)
    prediction = answers.covered_prediction(loaded, look(0), Box(0.3, 0.2, 0.7, 0.5), how)
    np.testing.assert_allclose(prediction.logits, logits, rtol=1e-3, atol=1e-3)
    uncovered = answers.prediction(loaded, look(0))
    assert np.abs(uncovered.logits - prediction.logits).max() > 0.1, "and it is another answer"


def test_nothing_but_the_box_changes_whatever_it_is_filled_with():
    generator = np.random.default_rng(0)
    image, other = (generator.uniform(-1, 1, (1, 20, 20, 3)).astype(np.float32) for _ in range(2))
    inside = np.zeros((20, 20), bool)
    inside[4:10, 10:20] = True
    for filling in (filler(image, GRAY), filler(image, BLUR), other):
        result = covered(image, Box(0.5, 0.2, 1.0, 0.5), filling)
        np.testing.assert_array_equal(result[0][~inside], image[0][~inside])
        np.testing.assert_array_equal(result[0][inside], filling[0][inside])
    assert 0 < filler(image, BLUR).std() < image.std() / 2
    assert set(FILLINGS) == {GRAY, BLUR, *(sample.name for sample in SAMPLES)}


@pytest.mark.parametrize(
    ("edges", "rows", "columns"),
    [
        ((0, 0, 1, 1), (0, 10), (0, 10)),
        ((0.04, 0.04, 0.96, 0.96), (0, 10), (0, 10)),  # a pixel belongs to the box if its middle does
        ((0.06, 0.1, 0.94, 0.9), (1, 9), (1, 9)),
        ((0.97, 0.51, 0.99, 0.53), (5, 6), (9, 10)),  # never nothing
    ],
)
def test_a_pixel_is_covered_if_its_middle_is(edges, rows, columns):
    assert Box(*edges).pixels(10) == (slice(*rows), slice(*columns))


@pytest.mark.parametrize("edges", [(0.5, 0, 0.5, 1), (0, 0.6, 1, 0.4), (-0.1, 0, 1, 1), (0, 0, 1, float("nan"))])
def test_what_is_no_box_is_refused(edges):
    with pytest.raises(ValueError, match="edges from 0 to 1"):
        Box(*edges)

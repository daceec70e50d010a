"""Grad-CAM, Grad-CAM++ and LayerCAM, from a tap's value and the derivative of the score by it.

All three weigh the channels and sum them up. tf-keras-vis, which the tests hold them to, gives the same maps of a whole
Keras model, for six predictions each.
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from explorer.arch.places.taps import Tap
from explorer.model.gradients.openvino_gradients import Gradients
from explorer.model.weights.arrays import Provenance
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.method import Asked, Method, Question, place_of
from explorer.vision.methods.target import Target

GRADIENT_CAMS = ("grad-cam", "grad-cam++", "layercam")


def gradient_cam(
    method: str,
    gradients: Gradients,
    tap: Tap,
    target: Target,
    input_size: int,
    provenance: Provenance,
    gradients_s: float = 0.0,
) -> HeatMap:
    """The map of one picture by one of `GRADIENT_CAMS`.

    Grad-CAM++ is without its paper's factor exp(score), common to all cells.

    Args:
        method: Which.
        gradients: At `tap`, for that picture and target.
        tap: The place.
        target: What was asked.
        input_size: Side of what the network saw, px.
        provenance: State of the weights.
        gradients_s: How long the gradients took.
    """
    start = perf_counter()
    signed = signed_map(method, gradients.activation, gradients.gradient)[0]
    return HeatMap(
        method,
        tap,
        target,
        signed,
        tap.receptive_field,
        input_size,
        float(gradients.score[0]),
        provenance,
        gradients_s + perf_counter() - start,
    )


def signed_map(method: str, activation: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """(N, height, width): the maps before their last ReLU; in the dtype of `activation`, float32 or float64.

    Args:
        method: One of `GRADIENT_CAMS`.
        activation: (N, height, width, channels).
        gradient: Likewise.
    """
    return np.einsum(
        "nhwc,nhwc->nhw", activation, np.broadcast_to(_WEIGHTS[method](activation, gradient), activation.shape)
    )


def _of_channels(activation: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Grad-CAM: each channel's mean gradient. Source: arXiv:1610.02391, equation 1."""
    return gradient.mean((1, 2), keepdims=True)


def _of_channels_by_pixels(activation: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Grad-CAM++: each channel's positive gradients, pixel by pixel weighted. Source: arXiv:1710.11063, equation 19.

    The weights of a channel's pixels sum to 1, as in the authors' program.
    """
    total = activation.sum((1, 2), keepdims=True)
    squared = gradient**2
    shares = _divided(squared, 2 * squared + gradient**3 * total)
    shares = _divided(shares, shares.sum((1, 2), keepdims=True))
    return (np.maximum(gradient, 0) * shares).sum((1, 2), keepdims=True)


def _of_cells(activation: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """LayerCAM: each cell's own gradient where it is positive. Source: Jiang et al., equation 5."""
    return np.maximum(gradient, 0)


_WEIGHTS = {"grad-cam": _of_channels, "grad-cam++": _of_channels_by_pixels, "layercam": _of_cells}


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """The quotient; what is divided by 0 stays."""
    return above / np.where(below == 0, below.dtype.type(1), below)


def _run(method: str) -> Callable[[Asked, Question], HeatMap]:
    def run(asked: Asked, question: Question) -> HeatMap:
        tap, start = place_of(question), perf_counter()
        gradients = asked.gradients(question.activations, tap.node, question.target)
        took = perf_counter() - start
        return gradient_cam(method, gradients, tap, question.target, asked.input_size, asked.provenance, took)

    return run


GRAD_CAM = Method(
    name="grad-cam",
    title="Grad-CAM",
    story="Each channel is weighted by the mean of its gradient: how much the score rises with it, everywhere alike.",
    source="arXiv:1610.02391",
    layered=True,
    signed=True,
    slow=False,
    run=_run("grad-cam"),
)
GRAD_CAM_PLUS_PLUS = Method(
    name="grad-cam++",
    title="Grad-CAM++",
    story="As Grad-CAM, but the gradients that raise the score count more, so that several objects can show.",
    source="arXiv:1710.11063",
    layered=True,
    signed=True,
    slow=False,
    run=_run("grad-cam++"),
)
LAYER_CAM = Method(
    name="layercam",
    title="LayerCAM",
    story="Each cell of each channel is weighted by its own gradient where that is positive: sharp in early layers.",
    source="Jiang et al., IEEE TIP 2021, doi:10.1109/TIP.2021.3089943",
    layered=True,
    signed=True,
    slow=False,
    run=_run("layercam"),
)

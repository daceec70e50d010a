"""Grad-CAM, Grad-CAM++ and LayerCAM, by tf-keras-vis, from what a compiled tail gives.

Two traps of the library are avoided. It is told the layer and never seeks one: its search does not know separable
convolutions under Keras 3 and returns the map of a shortcut. And it is given the tail's linear expansion
(`explorer.model.gradients.linear_expansion`): the same maps, without running the network again for each.
"""

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter
from typing import Any

import numpy as np

from explorer.arch.places.taps import Tap
from explorer.model.gradients.linear_expansion import TAP, linear_expansion
from explorer.model.gradients.tail import Gradients
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
        gradients: Of the tail at `tap`, for that picture and target.
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
    cam = _cam(method, str(activation.dtype))
    signed = cam(
        lambda output: output[:, 0],
        [activation, gradient],
        penultimate_layer=TAP,
        seek_penultimate_conv_layer=False,
        activation_modifier=_keep_sign_of_map,
        expand_cam=False,
        normalize_cam=False,
    )
    return np.asarray(signed)


@lru_cache(maxsize=2 * len(GRADIENT_CAMS))
def _cam(method: str, dtype: str) -> Any:
    """tf-keras-vis' object for the method; it holds no state of a call."""
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
    from tf_keras_vis.layercam import Layercam

    of_method = {"grad-cam": Gradcam, "grad-cam++": GradcamPlusPlus, "layercam": Layercam}
    return of_method[method](linear_expansion(dtype))


def _keep_sign_of_map(values: Any) -> Any:
    """The library's last ReLU left out, while Grad-CAM++'s, on the gradients, is kept: it takes one for both."""
    return np.maximum(values, 0) if len(values.shape) == 4 else values


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

"""All heat-map methods by name, in the order in which they are offered: another one is a line here and its own file."""

from explorer.vision.methods.gradient_cams import GRAD_CAM, GRAD_CAM_PLUS_PLUS, LAYER_CAM
from explorer.vision.methods.input_gradients import SALIENCY, SMOOTHGRAD
from explorer.vision.methods.masks import FASTER_SCORE_CAM, OCCLUSION, SCORE_CAM
from explorer.vision.methods.method import Method

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        GRAD_CAM,
        GRAD_CAM_PLUS_PLUS,
        LAYER_CAM,
        SCORE_CAM,
        FASTER_SCORE_CAM,
        SALIENCY,
        SMOOTHGRAD,
        OCCLUSION,
    )
}

"""A network whose output stride is kept by dilation: the strided network's weights, in every reading."""

import gc

import numpy as np
import pytest

from explorer.configuration.registry import graph_of
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.keras_model.build import build
from explorer.model.keras_model.verify import verify
from explorer.networks.aligned_xception import Xception41Config
from tests.contract.small import assert_close, images, weights_of
from tests.same_function import randomize

SMALL = {"input_size": 65, "classes": 3}


@pytest.mark.parametrize("stride", [16, 8])
def test_it_is_counted_rightly_although_the_profiler_cannot_tell(stride):
    verification = verify(graph_of(Xception41Config(output_stride=stride, **SMALL)), profile=True)
    assert verification.profiler_macs is None
    assert verification.agrees


def test_weights_of_the_strided_network_run_in_it_the_same_in_keras_and_openvino():
    strided = build(graph_of(Xception41Config(**SMALL)))
    randomize(strided)
    graph = graph_of(Xception41Config(output_stride=8, **SMALL))
    dilated = build(graph)
    dilated.set_weights(strided.get_weights())
    pictures = images(graph.input_shape)
    expected = np.asarray(dilated(pictures))
    assert_close(OpenVINOEngine(graph, weights_of(dilated)).run(pictures).logits, expected, 1e-4)
    # Another function all the same: only where no border comes in are the fine map's units the coarse one's.
    assert np.abs(expected - np.asarray(strided(pictures))).max() > 1e-3
    del strided, dilated
    gc.collect()

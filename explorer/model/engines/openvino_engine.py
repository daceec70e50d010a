"""The graph read as an OpenVINO model: built operation by operation, without TensorFlow, Keras or a conversion.

Numbers of one run (2 cores, Xception at 299 px, float32): built and compiled in 0.3 s, where converting the Keras
model takes 5 s after 4.4 s of TensorFlow's import. tests/benchmarks has the rest.

Three decisions, each measured:

- The model takes exactly one image and `run` loops. At 299 px a batch of eight takes 1.35 times as long per image
  (its maps leave the cache), and a fixed shape returns 34 maps at 1.1 times the cost of the logits alone, against
  1.25 with a free batch. It also makes the result of an image independent of its company, and memory of the batch.
- Batch normalization is written as a multiplication and an addition. OpenVINO folds both into the convolution,
  unless that is tapped: as fast as folding by hand, for 50 MB more memory.
- Calls share nothing. One that returns maps has an inference request of its own (0.1 ms), so that maps are handed
  over, not copied. Where only logits come back they are copied, and the request serves a later call.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.preprocessing import prepared
from explorer.arch.written_out import written_out
from explorer.counting.tally import tally
from explorer.model.budget import require
from explorer.model.engines.engine import EngineName, Outputs, checked_images
from explorer.model.engines.openvino_operations import Translation
from explorer.model.engines.openvino_runtime import compiled, version
from explorer.model.gradients.processor_check import require_right_numbers
from explorer.model.weights.arrays import Arrays, Weights
from explorer.model.weights.written_out_arrays import tapped_bytes, tapped_node, written_out_arrays

if TYPE_CHECKING:
    import openvino


class OpenVINOEngine:
    """A compiled network; see `explorer.model.engines.engine`."""

    name: EngineName = "openvino"

    def __init__(self, graph: Graph, weights: Weights, taps: Sequence[str] = ()) -> None:
        require(memory_estimate(graph, taps), "Running this network with OpenVINO")
        require_right_numbers()
        self.version = version()
        self.provenance = weights.provenance
        self._taps = tuple(taps)
        self._input_shape = graph.input_shape
        outputs = [tapped_node(graph, name) for name in (graph.output.name, *taps)]
        network = prepared(written_out(graph), weights.preprocessing)
        model = _translate(network, written_out_arrays(graph, weights.arrays), outputs)
        self._compiled = compiled(model)
        self._idle: list[openvino.InferRequest] = []

    def run(self, images: np.ndarray) -> Outputs:
        """See `explorer.model.engines.engine.Engine.run`."""
        passes = [self._pass(image[np.newaxis]) for image in checked_images(images, self._input_shape)]
        logits, *taps = passes[0] if len(passes) == 1 else map(np.concatenate, zip(*passes, strict=True))
        return Outputs(logits, dict(zip(self._taps, taps, strict=True)))

    def _pass(self, image: np.ndarray) -> list[np.ndarray]:
        """All outputs for one image, (1, height, width, 3)."""
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._compiled.create_infer_request()
        request.infer({0: image}, share_inputs=True, share_outputs=True)
        if not self._taps:
            logits = request.get_output_tensor(0).data.copy()
            self._idle.append(request)
            return [logits]
        # The arrays keep the request's memory alive, and nobody will run the request again.
        return [request.get_output_tensor(index).data for index in range(1 + len(self._taps))]


def memory_estimate(graph: Graph, taps: Sequence[str] = ()) -> int:
    """Bytes that the process grows by with an engine and one pass: an upper bound, some 5 to 50 % too high.

    3.1 x weights (as given, folded, and packed for the processor), 1.2 x the fullest moment's maps, 2 x what is
    tapped (as computed and as handed over), and 40 MB.
    """
    counted = tally(graph)
    maps = 12 * counted.peak.bytes + 20 * tapped_bytes(graph, taps)
    return (31 * counted.weight_bytes + maps) // 10 + 40 * 2**20


def _translate(graph: Graph, arrays: Arrays, outputs: Sequence[str]) -> "openvino.Model":
    """`graph` for one image, with the results `outputs` in that order; in and out are NHWC."""
    from openvino import Model

    translation = Translation()
    tensors = translation.tensors(graph, arrays)
    return Model([translation.result(tensors[name]) for name in outputs], translation.parameters, graph.title)

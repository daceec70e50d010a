"""The way there for pictures that come one by one: part by part at first, by an engine once that pays.

Compiling a whole network takes as long as some ten passes gain by it (Xception at 150 px, CPU seconds: 0.25 to 0.5 to
compile, 0.04 for a pass, 0.06 to 0.09 for one part by part). Compiled parts are shared by all networks with modules of
their shape. So a length of the middle flow that somebody looks at for a moment is never compiled as a whole.
"""

from itertools import count

import numpy as np

from explorer.model.budget import memory_budget
from explorer.model.engines.engine import Engine, EngineName, Outputs
from explorer.model.engines.openvino_runtime import version
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.lazy import LazyValue
from explorer.model.weights.arrays import Provenance

PASSES_BY_PARTS = 8


class SinglePictures:
    """An engine (`explorer.model.engines.engine`) that taps all that `OpenVINOGradients.reads` names but the image."""

    name: EngineName = "openvino"

    def __init__(self, by_parts: OpenVINOGradients, provenance: Provenance, whole: LazyValue[Engine]) -> None:
        """Of the same network and weights.

        Args:
            by_parts: Its parts.
            provenance: State of its weights.
            whole: The engine, with the same taps; made when it pays, or earlier by somebody else.
        """
        self.provenance = provenance
        self.version = version()
        self._by_parts = by_parts
        self._whole = whole
        self._passes = count()

    def run(self, images: np.ndarray) -> Outputs:
        """See `explorer.model.engines.engine.Engine.run`."""
        fits = self._by_parts.estimate <= memory_budget()
        if self._whole.is_made or not fits or len(images) != 1 or next(self._passes) >= PASSES_BY_PARTS:
            return self._whole().run(images)
        passed = self._by_parts.there(images)
        return Outputs(passed.logits, {name: passed.maps[name] for name in self._by_parts.reads[1:]})

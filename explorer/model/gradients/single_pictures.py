"""The way there for pictures that come one by one: part by part at first, by an engine once that pays.

Compiling a whole network takes as long as some ten passes gain by it (Xception at 150 px, CPU seconds: 0.25 to 0.5 to
compile, 0.04 for a pass, 0.06 to 0.09 for one part by part). Compiled parts are shared by all networks with modules of
their shape. So a length of the middle flow that somebody looks at for a moment is never compiled as a whole.
"""

from itertools import count

import numpy as np

from explorer.errors import BudgetError
from explorer.model.budget import memory_budget
from explorer.model.engines.engine import Engine, EngineName, Outputs
from explorer.model.engines.openvino_runtime import version
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.lazy import LazyValue
from explorer.model.weights.arrays import Provenance

PASSES_BY_PARTS = 8


class ByParts:
    """An engine (`explorer.model.engines.engine`) that taps all that `OpenVINOGradients.reads` names but the image.

    Its version says that it goes part by part, for its passes take longer than a compiled network's.
    """

    name: EngineName = "openvino"

    def __init__(self, gradients: OpenVINOGradients, provenance: Provenance) -> None:
        """Compiles the parts that are not known yet, so that a pass is a pass and nothing else."""
        gradients.make_ready()
        self.provenance = provenance
        self.version = f"{version()}, part by part"
        self._gradients = gradients

    def run(self, images: np.ndarray) -> Outputs:
        """See `explorer.model.engines.engine.Engine.run`."""
        passed = [self._gradients.there(image[np.newaxis]) for image in images]
        logits = np.concatenate([each.logits for each in passed])
        tapped = self._gradients.reads[1:]
        return Outputs(logits, {name: np.concatenate([each.maps[name] for each in passed]) for name in tapped})


class SinglePictures:
    """Chooses the engine for each picture. Threads share it."""

    def __init__(self, gradients: OpenVINOGradients, provenance: Provenance, whole: LazyValue[Engine]) -> None:
        """Of the same network and weights; compiles nothing yet.

        Args:
            gradients: Its parts.
            provenance: State of its weights.
            whole: The engine, with the same taps; made when it pays, or earlier by somebody else.
        """
        self._gradients = gradients
        self._by_parts = LazyValue(lambda: ByParts(gradients, provenance))
        self._whole = whole
        self._pictures = count()

    def engine(self) -> Engine:
        """The one for one more picture, ready to run.

        Raises:
            BudgetError: If neither would fit into the memory budget.
        """
        by_parts_fits = self._gradients.estimate <= memory_budget()
        if self._whole.is_made or not by_parts_fits or next(self._pictures) >= PASSES_BY_PARTS:
            try:
                return self._whole()
            except BudgetError:
                if not by_parts_fits:
                    raise
        return self._by_parts()

"""Whether OpenVINO's numbers are right on this processor, asked once before any of them is shown.

With `ONEDNN_MAX_CPU_ISA=AVX2` on a processor that can do more, OpenVINO 2026.4 leaves out half of the values of small
maps: its parts then disagree about how many values a register holds. Nobody should see what comes of that.
"""

from functools import lru_cache

import numpy as np

from explorer.arch.graph import Flow, Graph, GraphBuilder
from explorer.arch.ops import Activation, GlobalAveragePool, Input
from explorer.errors import EngineError
from explorer.model.gradients.part_models import PartModels, Wanted

_CHANNELS = 24
"""More than a register of any size holds, and no multiple of 16."""


@lru_cache(maxsize=1)
def require_right_numbers() -> None:
    """Lets pass a processor on which a way back that anybody can do by hand comes out right.

    Raises:
        EngineError: If it does not.
    """
    require_by_hand(PartModels())


def require_by_hand(models: PartModels) -> None:
    """As `require_right_numbers`, with these models."""
    picture = np.linspace(-1, 1, _CHANNELS, dtype=np.float32).reshape(1, 1, 1, -1)
    arriving = np.arange(1, _CHANNELS + 1, dtype=np.float32)[np.newaxis]
    (found,) = models.of(_graph(), {}, Wanted(gradients=("input",))).run(picture, arriving)
    if not np.array_equal(found.ravel(), np.where(picture.ravel() > 0, arriving.ravel(), 0)):
        raise EngineError(
            "OpenVINO computes wrong numbers on this processor, so nothing that it computes is shown. If "
            "ONEDNN_MAX_CPU_ISA is set, unset it; else set XCEPTION_EXPLORER_ENGINE=tensorflow, which gives "
            "predictions, and report this with the name of the processor."
        )


def _graph() -> Graph:
    builder = GraphBuilder("Check", (Flow("only", "Only"),))
    builder.enter("only", "block1")
    pooled = builder.add("pool", GlobalAveragePool(), builder.add("input", Input((1, 1, _CHANNELS))))
    builder.add("relu", Activation("relu"), pooled)
    return builder.graph()

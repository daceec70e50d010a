"""OpenVINO itself: loaded once, and told how to compile."""

import sys
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import openvino

# When it is imported, OpenVINO reports the use to its makers, and keeps an identity in the home folder for that, unless
# the package that does so is missing.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

_COMPILATION = {
    # Without it the plugin would take bfloat16 on processors that have it.
    "INFERENCE_PRECISION_HINT": "f32",
    # One image on all cores, rather than one image on each.
    "PERFORMANCE_HINT": "LATENCY",
    # Else each process ties its threads to the same cores, and of two that compute at once one waits for the other's.
    "ENABLE_CPU_PINNING": False,
}


def compiled(model: "openvino.Model", *, is_profiled: bool = False) -> "openvino.CompiledModel":
    """`model` for the processor, in float32; with `is_profiled` it keeps a record of what each of its steps takes."""
    return _core().compile_model(model, "CPU", {**_COMPILATION, "PERF_COUNT": is_profiled})


def threads() -> int:
    """How many it computes one image with, on all cores."""
    import numpy as np
    import openvino.opset15 as ops
    from openvino import Model

    value = ops.parameter((1,), np.float32)
    return int(compiled(Model([ops.relu(value)], [value])).get_property("INFERENCE_NUM_THREADS"))


def version() -> str:
    """Which OpenVINO it is: "2026.4.0"."""
    from openvino import get_version

    return get_version().partition("-")[0]


@lru_cache(maxsize=1)
def _core() -> "openvino.Core":
    """OpenVINO's plugins, loaded once per process."""
    from openvino import Core

    return Core()

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
}


def compiled(model: "openvino.Model") -> "openvino.CompiledModel":
    """`model` for the processor, in float32."""
    return _core().compile_model(model, "CPU", _COMPILATION)


def version() -> str:
    """Which OpenVINO it is: "2026.4.0"."""
    from openvino import get_version

    return get_version().partition("-")[0]


@lru_cache(maxsize=1)
def _core() -> "openvino.Core":
    """OpenVINO's plugins, loaded once per process."""
    from openvino import Core

    return Core()

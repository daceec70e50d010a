"""The engine's record of its steps, pass by pass."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import openvino


class Record:
    """What each step of a request took. It must have run `passes` times before, and is read after every pass from then.

    OpenVINO keeps, for each step, the mean over all passes since it was compiled, in whole us. What the last pass took
    is how much the sum grew: exact to about as many us as there were passes, which evens out over several.
    """

    def __init__(self, request: "openvino.InferRequest", passes: int) -> None:
        self._request = request
        self._passes = passes
        told = request.profiling_info
        self.types = {step.node_name: step.node_type for step in told if step.status.name == "EXECUTED"}
        self._sums = self._read() * passes
        self._of_pass: list[np.ndarray] = []

    def saw(self) -> None:
        """One more pass was run."""
        self._passes += 1
        sums = self._read() * self._passes
        self._of_pass.append(sums - self._sums)
        self._sums = sums

    def seconds(self, chosen: Sequence[int]) -> dict[str, float]:
        """By step, the mean over the chosen of the passes that were seen, s."""
        mean = np.maximum(np.mean([self._of_pass[number] for number in chosen], axis=0), 0.0)
        return dict(zip(self.types, mean.tolist(), strict=True))

    def _read(self) -> np.ndarray:
        told = {step.node_name: step.real_time.total_seconds() for step in self._request.profiling_info}
        return np.array([told[name] for name in self.types])


def faster_half(seconds: Sequence[float]) -> list[int]:
    """Numbers of the passes that were not disturbed: those that took no longer than the median."""
    return [number for number, each in enumerate(seconds) if each <= np.median(seconds)]


Tell = Callable[[], None]
"""Called after each pass; what it raises ends the measurement."""

"""What a channel or a class answers to strongly: activation maximization, from noise.

The gradient ascent is our own. tf-keras-vis' raises the value, but not of the picture that it returns: its RMSprop has
a learning rate of 1, made for pixels from 0 to 255, and moves pixels from -1 to 1 by 0.6, 5 and 2 in its first three
steps; it goes on from where that leads and cuts off only a copy, three quarters of whose pixels then lie at the bounds
and whose value has not risen. (With pixels from 0 to 255, scaled by the network itself, the gradient of its total
variation is 20 times the value's.) Keras 3 has no part in it.

Each step here has one size, whatever the gradient's, and is smoothed as photographs are: amplitudes fall with
frequency, and brightness varies more than colour. In the first half of the steps the picture is rolled by a few
pixels each time, so that what arises does not hang on the place of single pixels; in the second half, of small steps,
it stands still: a random network answers to little else than single pixels, and its values would not rise.

Source: Olah et al., Feature Visualization, Distill 2017, doi:10.23915/distill.00007.
"""

from dataclasses import dataclass

import numpy as np

from explorer.arch.graph import output_shapes
from explorer.arch.ops import Activation
from explorer.errors import ConfigError, WeightsError
from explorer.model.gradients.gradient_network import GradientNetwork
from explorer.model.weights.arrays import Provenance
from explorer.vision.features.channels import check_channel
from explorer.vision.progress import Progress, silent

STEP_COST, START_S = 7.0, 5.0
"""A step through the whole network, by TensorFlow, beside a prediction, by OpenVINO: 5 to 9 times as long was measured.
Before the first step TensorFlow is loaded and the network traced, s."""

FIRST_RATE, LAST_RATE = 0.1, 0.01
"""Root mean square of the first and of the last step, before tanh brings the picture into [-1, 1]."""

_NOISE = 0.05
"""Standard deviation of the noise that the picture starts as; gray is 0."""

_FALL = 1.5
"""Power of the frequency with which a step's amplitudes fall; those of photographs fall with about 1."""

_COLOUR = 0.1
"""What is left of a step's colour, measured from its gray."""

_ROLLED = 1 / 16
"""How far a picture is rolled at most, as a share of its side."""


@dataclass(frozen=True, slots=True, eq=False)
class Maximization:
    """A picture that raises a value, and how far it rose.

    Attributes:
        image: (height, width, 3), uint8, read-only: the picture after the last step.
        start_image: Likewise: the noise that it started as.
        values: (steps + 1,), float64, read-only: the value before the first step and after each. The first and the
            last are of `start_image` and `image` as they are; those of the first half of the steps, of rolled pictures.
        seed: Of the noise and of the rolling.
        steps: How many.
        what: The value, in words.
        provenance: State of the weights.
    """

    image: np.ndarray
    start_image: np.ndarray
    values: np.ndarray
    seed: int
    steps: int
    what: str
    provenance: Provenance

    def __post_init__(self) -> None:
        for array in (self.image, self.start_image, self.values):
            array.flags.writeable = False

    @property
    def before(self) -> float:
        """The value of `start_image`."""
        return float(self.values[0])

    @property
    def after(self) -> float:
        """The value of `image`."""
        return float(self.values[-1])


def maximize_channel(
    network: GradientNetwork,
    node: str,
    channel: int,
    *,
    steps: int = 64,
    seed: int = 0,
    progress: Progress = silent,
) -> Maximization:
    """A picture that raises the mean over all positions of a channel.

    After a ReLU it raises what the ReLU reads: a channel that is off everywhere has no gradient to follow. The values
    are then of that, too.

    Args:
        network: With its weights.
        node: Of the written-out graph.
        channel: Its number, from 0.
        steps: Each goes once through the network and back, at the network's own input size.
        seed: Another gives another picture.
        progress: Told after each step; what it raises ends the maximization.

    Raises:
        ConfigError: If there is no such channel, or no step is asked for.
        WeightsError: If the weights are so large that the gradient overflows.
    """
    nodes = {each.name: each for each in network.network.nodes}
    raised, what = nodes[node], f"mean of channel {channel} of {node}"
    check_channel(channel, output_shapes(network.network)[node][-1])
    if isinstance(raised.op, Activation):
        raised, what = nodes[raised.inputs[0]], f"{what}, before the activation"
    return _maximize(network, raised.name, channel, what, steps, seed, progress)


def maximize_class(
    network: GradientNetwork, index: int, *, steps: int = 64, seed: int = 0, progress: Progress = silent
) -> Maximization:
    """A picture that raises the logit of a class; otherwise as `maximize_channel`.

    Raises:
        ConfigError: If there is no such class, or no step is asked for.
        WeightsError: As above.
    """
    output = network.network.output.name
    (classes,) = output_shapes(network.network)[output]
    if not 0 <= index < classes:
        raise ConfigError(f"a class must be from 0 to {classes - 1}, got {index}")
    return _maximize(network, output, index, f"logit of class {index}", steps, seed, progress)


def _maximize(
    network: GradientNetwork, node: str, channel: int, what: str, steps: int, seed: int, progress: Progress
) -> Maximization:
    if steps < 1:
        raise ConfigError(f"the number of steps must be at least 1, got {steps}")
    objective = network.activation_gradient(node)
    generator = np.random.default_rng(seed)
    shape = network.graph.input_shape
    most_rolled = round(_ROLLED * min(shape[:2]))

    # The picture is tanh of `free`, so that no step can leave [-1, 1] and none has to be cut off.
    free = _smoothed(generator.standard_normal(shape))
    free *= _NOISE / free.std()
    start_image = _as_seen(np.tanh(free))
    values = []
    for step in range(steps):
        picture = np.tanh(free)
        reach = most_rolled if step < steps / 2 else 0
        roll = generator.integers(-reach, reach, 2, endpoint=True)
        (value,), (gradient,) = objective.run(np.roll(picture, roll, (0, 1))[None], channel)
        by_free = np.roll(gradient, -roll, (0, 1)) * (1 - picture**2)
        direction = _smoothed(by_free)
        size = np.sqrt(np.mean(direction**2))
        if not np.isfinite(size):
            raise WeightsError(
                f"With the weights of {network.provenance.source} the gradient is not a finite number: "
                "is the file damaged?"
            )
        if size > 0:
            free += FIRST_RATE * (LAST_RATE / FIRST_RATE) ** (step / steps) * direction / size
        values.append(float(value))
        progress(step + 1, steps)
    image = _as_seen(np.tanh(free))

    def value_of(seen: np.ndarray) -> float:
        return float(objective.run((seen / 127.5 - 1)[None], channel)[0][0])

    values = [value_of(start_image), *values[1:], value_of(image)]
    return Maximization(image, start_image, np.array(values), seed, steps, what, network.provenance)


def _smoothed(values: np.ndarray) -> np.ndarray:
    """(height, width, 3), float64: with a photograph's spread over frequencies and colours; sizes are arbitrary."""
    height, width, _ = values.shape
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)
    frequency = np.maximum(np.hypot(rows, columns), 1 / max(height, width))
    spectrum = np.fft.rfft2(values.astype(np.float64), axes=(0, 1)) / frequency[..., None] ** _FALL
    smooth = np.fft.irfft2(spectrum, s=(height, width), axes=(0, 1))
    gray = smooth.mean(axis=-1, keepdims=True)
    return gray + _COLOUR * (smooth - gray)


def _as_seen(picture: np.ndarray) -> np.ndarray:
    """From [-1, 1] to uint8."""
    return np.rint((picture + 1) * 127.5).astype(np.uint8)

"""What the drawing of a separable convolution holds: its lanes, how they come together, and their names."""

from explorer.arch.ops import FUNCTIONS
from explorer.figures.real_numbers import significant
from explorer.quantities import exact
from explorer.ui.widgets.steps_picture import Cost, End, Lane
from explorer.vision.features.normalizations import ACTIVATION_WORDS, Normalization
from explorer.vision.features.separable_steps import By, SeparableSteps, StepBetween


def cost(steps: SeparableSteps) -> Cost:
    """Multiplications at one place: the separable convolution's, and those of a regular one in its stead."""
    height, width = steps.kernels.shape[:2]
    enter, between, leave = steps.channels
    spatial, pointwise, regular = steps.multiplications
    window = f"{height} × {width}"
    reads = "" if steps.reads == 1 else f" × {exact(steps.reads)}"
    name = "depthwise" if steps.reads == 1 else "over space"
    separable = spatial + pointwise
    note = f"{name} {window}{reads} × {exact(between)}, pointwise {exact(between)} × {exact(leave)}"
    ways = (
        ("Separable", separable, note),
        (f"Regular {window}", regular, f"{window} × {exact(enter)} × {exact(leave)}"),
    )
    times = max(separable, regular) / min(separable, regular)
    more, less = ("regular", "separable") if regular >= separable else ("separable", "regular")
    return Cost(steps.reads, ways, f"The {more} convolution takes {times:.1f} times as many as the {less} one.")


def lane_title(steps: SeparableSteps, lane: int) -> str:
    """Of one of the shown depthwise outputs."""
    return path_title(int(steps.inputs[lane]), int(steps.outputs[lane]))


def path_title(read: int, output: int) -> str:
    """Of a depthwise output: by the input channel that it reads, and its own number where that differs."""
    return f"channel {read}" if read == output else f"channel {read} → {output}"


def names(steps: SeparableSteps, by: By) -> tuple[tuple[str, str], ...]:
    """Title and note of each row of the lanes, the heads' first."""
    height, width = steps.kernels.shape[:2]
    which = "that add the most" if by == "part" else "with the largest weights"
    bias = "" if steps.depthwise_bias is None else ", its bias added"
    return (
        ("", ""),
        ("Input channels", f"the {len(steps.inputs)} {which}, each on its own colour scale"),
        ("Depthwise kernels", f"{height} × {width}, one for each"),
        ("Depthwise maps", f"{'each of one channel' if steps.reads == 1 else 'each of one segment'}{bias}"),
        *((_capital(step_title(step)), _step_note(step)) for step in steps.between),
        ("Pointwise weights", f"how much goes into channel {steps.channel}"),
        ("Weighted maps", "what each adds, on one colour scale"),
    )


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _step_note(step: StepBetween) -> str:
    return ACTIVATION_WORDS[step.function] if step.function else "a scale and a shift for each"


def _lane_note(step: StepBetween, lane: int) -> str:
    return "" if step.normalizations is None else _affine(step.normalizations[lane])


def _affine(of: Normalization) -> str:
    return f"× {significant(of.scale)} {'−' if of.shift < 0 else '+'} {significant(abs(of.shift))}"


def lanes(steps: SeparableSteps) -> list[Lane]:
    """A lane for each depthwise output that is shown."""
    return [
        Lane(
            lane_title(steps, i),
            steps.input_maps[..., i],
            steps.kernels[..., i],
            steps.depthwise_maps[..., i],
            None if steps.depthwise_bias is None else float(steps.depthwise_bias[i]),
            tuple((step.maps[..., i], _lane_note(step, i)) for step in steps.between),
            steps.mixed_maps[..., i],
            float(steps.weights[i]),
        )
        for i in range(len(steps.outputs))
    ]


def ends(steps: SeparableSteps) -> list[End]:
    """How the lanes come together, and what follows in the module."""
    part = 100 * float(steps.strengths.sum()) / steps.all_strengths if steps.all_strengths else 0
    note = f"added up: {part:.1f} % of all contributions (absolute values)"
    ended = [End(f"These {len(steps.outputs)}", note, steps.products.sum(axis=-1), "Σ")]
    bias = "" if steps.bias is None else f", and the bias {significant(steps.bias)}"
    if steps.others or bias:
        others = f"The other {exact(steps.others)}"
        ended.append(End(others, f"each with its own weight{bias}", steps.rest + (steps.bias or 0), "+"))
    ended.append(End("Pointwise output", f"channel {steps.channel} of the layer", steps.total, "="))
    if steps.normalization is not None and steps.normalized is not None:
        ended.append(End("Batch normalization", _affine(steps.normalization), steps.normalized, "→"))
    if steps.activated is not None and steps.activation is not None:
        ended.append(End(FUNCTIONS[steps.activation], ACTIVATION_WORDS[steps.activation], steps.activated, "→"))
    return ended


def step_title(step: StepBetween) -> str:
    """What a step between the halves is called."""
    return FUNCTIONS[step.function] if step.function else "batch normalization"

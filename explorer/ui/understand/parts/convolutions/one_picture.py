"""A photograph under a regular convolution, and under the two halves of a separable one, pixel by pixel."""

from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.ops import Window
from explorer.chapters.graphs.convolutions import regular, separable
from explorer.chapters.numbers import EXAMPLE
from explorer.counting.tally import tally
from explorer.quantities import exact
from explorer.vision.pictures.samples import SAMPLES

if TYPE_CHECKING:
    import numpy as np

    from explorer.ui.widgets.steps_picture import Cost, End
    from explorer.vision.proofs.one_output import OneOutput

_SIZE = 72
"""Side of the photograph here, px: small enough that every pixel is seen."""
_OUTPUTS = EXAMPLE["filters"]
_COLOURS = ("red", "green", "blue")
_SEPARABLE, _REGULAR = "Depthwise, then pointwise", "Regular"


@st.fragment
def show_one_picture() -> None:
    """Which way, which kernel and which mixture; below them all numbers at the place of the window."""
    from explorer.vision.proofs.one_output import KERNELS, MIXTURES, one_output

    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    way = row.segmented_control(
        "The convolution", (_SEPARABLE, _REGULAR), default=_SEPARABLE, required=True, key="one_picture_way"
    )
    kernel = row.selectbox("Where: the 3 × 3 kernel", tuple(KERNELS), key="one_picture_kernel", width=220)
    mixture = row.selectbox("Which: the mix of channels", tuple(MIXTURES), key="one_picture_mixture", width=220)
    made = one_output(_photograph(), kernel, mixture)
    _draw(made, is_separable=way == _SEPARABLE, kernel=kernel, mixture=mixture)


@st.cache_resource(max_entries=1, show_spinner=False)
def _photograph() -> "np.ndarray":
    """(size, size, 3), float32 from -1 to 1, read-only."""
    from explorer.vision.pictures.images import decode, network_input

    values = network_input(decode(SAMPLES[0].file.read_bytes()), _SIZE, 3)[0]
    values.flags.writeable = False
    return values


def _draw(made: "OneOutput", *, is_separable: bool, kernel: str, mixture: str) -> None:
    from explorer.ui.widgets.steps_picture import End, Lane, steps_picture
    from explorer.vision.features.windows import Walk

    size = (_SIZE, _SIZE)
    window = Window((3, 3), (1, 1), "same")
    walk = Walk((1, 1), (0, 0), window.padding_before(size), (1, 1), size, size)
    maps = made.depthwise_maps if is_separable else made.regular_maps
    lanes = [
        Lane(
            f"channel {colour}" if is_separable else f"channel {colour} → 0",
            made.photograph[..., i],
            made.kernel if is_separable else made.regular[..., i],
            maps[..., i],
            None,
            (),
            maps[..., i],
            float(made.weights[i]) if is_separable else 1.0,
        )
        for i, colour in enumerate(_COLOURS)
    ]
    steps_picture(
        lanes,
        [
            End("Output", f"{mixture.lower()}: the three added up", made.output, "Σ"),
            *_others(made, mixture, is_separable),
        ],
        names=_separable_names(kernel, mixture) if is_separable else _regular_names(kernel, mixture),
        walk=walk,
        cost=_cost(is_separable=is_separable),
        strongest=(_SIZE // 3, _SIZE // 2),
        lane=0,
        hint="Point at a map or use the arrow keys.",
        alt=f"A {'separable' if is_separable else 'regular'} convolution of {SAMPLES[0].alt.lower()}",
        badge=None,
        key="one_picture",
        own=("input", "depthwise", "weighted") if is_separable else ("input", "of its kernel", "adds"),
    )
    st.caption(
        f"The photograph at {_SIZE} × {_SIZE} px, its values from −1 to 1: {exact(_SIZE * _SIZE)} places. Photograph: "
        f"{SAMPLES[0].credit}, {SAMPLES[0].licence}. Change the way above: the output stays what it is."
    )


def _others(made: "OneOutput", mixture: str, is_separable: bool) -> "list[End]":
    """Outputs of other mixtures: what they share is the point of the two steps."""
    from explorer.ui.widgets.steps_picture import End
    from explorer.vision.proofs.one_output import MIXTURES

    note = "the same depthwise maps, three other weights" if is_separable else "a kernel of its own, 27 other weights"
    return [
        End("Another output", f"{name.lower()}: {note}", made.mixed(name))
        for name in list(MIXTURES)[:3]
        if name != mixture
    ][:2]


def _cost(*, is_separable: bool) -> "Cost":
    """Of many outputs: of a single one two steps save nothing."""
    from explorer.ui.widgets.steps_picture import Cost

    channels = len(_COLOURS)
    one, two = tally(regular(_SIZE, channels, _OUTPUTS, 3)), tally(separable(_SIZE, channels, _OUTPUTS, 3))
    return Cost(
        1 if is_separable else channels,
        # At one place a kernel's every weight is multiplied once.
        (
            (f"Separable, {_OUTPUTS} outputs", two.params, "depthwise and pointwise"),
            (f"Regular, {_OUTPUTS} outputs", one.params, "a kernel for each output"),
        ),
        f"For {_OUTPUTS} output channels the regular one takes {one.params / two.params:.1f} times as many.",
    )


def _separable_names(kernel: str, mixture: str) -> tuple[tuple[str, str], ...]:
    return (
        ("", ""),
        ("Input channels", "of the photograph"),
        ("Depthwise kernels", f"{kernel.lower()}, for each channel alone"),
        ("Depthwise maps", "where it is found in each channel"),
        ("Pointwise weights", f"{mixture.lower()}: a number for each channel"),
        ("Weighted maps", "what each adds, on one colour scale"),
    )


def _regular_names(kernel: str, mixture: str) -> tuple[tuple[str, str], ...]:
    return (
        ("", ""),
        ("Input channels", "of the photograph"),
        ("One kernel, three slices", f"{kernel.lower()} and {mixture.lower()} in one"),
        ("Sums of each slice", "where and which at once"),
        ("No weights of its own", "they are in the kernel already"),
        ("What each adds", "on one colour scale"),
    )

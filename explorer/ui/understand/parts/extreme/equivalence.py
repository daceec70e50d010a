"""The proof that towers and segments are one function, computed on the page."""

from typing import TYPE_CHECKING

import streamlit as st

from explorer.quantities import exact
from explorer.ui.session import cache
from explorer.ui.understand.beside import beside
from explorer.ui.understand.sample_look import sample_look, sample_weights

if TYPE_CHECKING:
    from explorer.vision.proofs.equivalence import Equivalence

_SIZE, _CHANNELS, _SHOWN_PX = 20, 96, 190
_RANDOM, _TRAINED = "Random kernels", "Kernels cut from trained layers"
_MAP, _MIXTURE, _KERNEL = "block1_conv2_act", "block2_shortcut_conv", "block1_conv2"
"""The map that enters, the 1x1 and the 3x3 convolution that towers are cut from."""


@st.fragment
def show_equivalence() -> None:
    """Both ways computed at each turn, their largest difference, and one output channel of each as a picture."""
    st.subheader("The proof", anchor=False)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    source = sample_weights()
    ways = (_RANDOM, _TRAINED) if source else (_RANDOM,)
    way = row.segmented_control("Kernels", ways, default=_RANDOM, required=True, key="proof_kernels")
    towers = row.select_slider("Towers", (2, 3, 4, 6, 8, 16), 3, key="proof_towers", width=260)
    seed = 0
    if way == _RANDOM:
        seed = int(st.session_state.get("proof_seed", 0))
        row.button("Draw others", icon=":material/casino:", on_click=_draw_others, key="proof_draw")
    found = _random(seed, towers) if way == _RANDOM else _trained(towers)
    _show_result(found, way)
    if not source:
        st.caption("With trained weights (fetched on *Classify*) the same is shown for kernels cut from their layers.")


def _draw_others() -> None:
    st.session_state["proof_seed"] = int(st.session_state.get("proof_seed", 0)) + 1


def _random(seed: int, towers: int) -> "Equivalence":
    from explorer.vision.proofs.equivalence import compare, random_towers

    return compare(*random_towers(seed, _SIZE, _CHANNELS, towers))


def _trained(towers: int) -> "Equivalence":
    from explorer.vision.proofs.equivalence import compare, cut_towers

    look = sample_look()
    mixture, kernel = (cache.convolution_kernels(look, layer) for layer in (_MIXTURE, _KERNEL))
    assert mixture is not None and kernel is not None
    values = cache.stage_values(look, _MAP)[0][::2, ::2]
    mixtures, kernels = cut_towers(mixture.kernels[0, 0], kernel.kernels, towers, 64 // towers)
    return compare(values, mixtures, kernels)


def _show_result(found: "Equivalence", way: str) -> None:
    import numpy as np

    from explorer.figures.maps.colour_maps import coloured, symmetric_limits
    from explorer.figures.maps.overlay import png_bytes

    pictures, words = beside((5, 4), "equivalence")
    liveliest = int(found.towers.var(axis=(0, 1)).argmax())
    low, high = symmetric_limits(found.towers[..., liveliest])
    shown = {
        f"{found.segment_count} towers, side by side": found.towers[..., liveliest],
        f"One 1 × 1, then {found.segment_count} segments": found.segments[..., liveliest],
    }
    with pictures.container(horizontal=True, gap="small"):
        for title, values in shown.items():
            enlarged = np.kron(values, np.ones((8, 8), values.dtype))
            with st.container(width=_SHOWN_PX):
                st.image(
                    png_bytes(coloured(enlarged, "balance", low, high)),
                    width=_SHOWN_PX,
                    alt=f"Output channel {liveliest}: {title}",
                )
                st.caption(f"{title}: output channel {liveliest}")
    with words:
        st.markdown(_verdict(found))
        whence = (
            f"A map of {_SIZE} × {_SIZE} × {_CHANNELS} and all kernels are drawn at random."
            if way == _RANDOM
            else f"Pretrained weights: {sample_look().weights.name}. "  # type: ignore[union-attr]
            f"The map is what *{_MAP}* makes of the coffee cup; the 1 × 1 kernels are cut from *{_MIXTURE}*, the "
            f"3 × 3 kernels from *{_KERNEL}*."
        )
        st.caption(f"{whence} Computed just now, both ways, in {1000 * found.seconds:.0f} ms.")


def _verdict(found: "Equivalence") -> str:
    from explorer.vision.proofs.equivalence import TOLERANCE

    outputs = exact(found.towers.size)
    if found.difference == 0:
        return f"**Equal to the last bit**: all {outputs} outputs, computed in two ways, agree in every digit."
    return (
        f"**{'Equal' if found.holds else 'Not equal'}**: of {outputs} outputs, computed in two ways, none differs by "
        f"more than {found.difference:.1e}. That is **{found.relative:.1e} of their range** ({found.range:.3g}). Up to "
        f"{TOLERANCE:.0e} it is rounding: float32 has seven digits, and the sums run in another order."
    )

"""What a channel or a class answers to strongly: a picture made by activation maximization."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.figures.badge import stamped
from explorer.figures.charts.maximization import maximization_curve
from explorer.figures.maps.overlay import png_bytes
from explorer.figures.real_numbers import significant
from explorer.quantities import duration
from explorer.ui.choose.subject_choice import Subject
from explorer.ui.features.layer_view import LayerView
from explorer.ui.session import cache
from explorer.ui.session.long_computation import Slow, computed_in_sight, slow
from explorer.ui.widgets.charts import show_chart

if TYPE_CHECKING:
    from explorer.vision.features.activation_maximization import Maximization

_CHANNEL, _CLASS = "The chosen channel", "The class"
_STEPS = (16, 32, 64, 128, 256)
_USUAL_STEPS = 64
_MOST_SEED = 9_999
_STEPS_PX, _SEED_PX = 240, 140
_STARTED = "started-maximization"


@dataclass(frozen=True, slots=True)
class _Aim:
    """What was started.

    Attributes:
        node: Of the channel; None for a class.
        index: Of the channel or the class.
        steps: How many.
        seed: Of the noise.
        words: Whose value rises.
        layer: Of the channel; None for a class.
    """

    node: str | None
    index: int
    steps: int
    seed: int
    words: str
    layer: str | None


def show_maximization(view: LayerView, channel: int) -> None:
    """Asks of what, how long and from where; shows what came out, or a button for `carry_out_maximization`."""
    st.markdown(
        "A picture that a channel or a class answers to strongly. It starts as noise; each step changes its pixels a "
        "little so that one value rises."
    )
    aim = _choose(view, channel)
    result = cache.finished(*_key(view.subject, aim))
    if result is not None:
        _show(view, aim, result)
    elif _STARTED not in st.session_state:
        way = "through the network" if aim.node is None else "to the layer"
        seconds = _work(view.subject, aim).seconds
        st.markdown(
            f"**{aim.words[:1].upper()}{aim.words[1:]}**: {aim.steps} times {way} and back, {duration(seconds)} "
            "on this machine."
        )
        if st.button("Start", icon=":material/play_arrow:", key="start maximization"):
            st.session_state[_STARTED] = aim
            st.rerun()


def carry_out_maximization(subject: Subject) -> None:
    """Does what was started, and shows how far it is.

    To be called outside of fragments, after `show_maximization`: a click in a fragment would not end it.
    """
    aim = st.session_state.pop(_STARTED, None)
    if aim is None:
        return
    question = cache.maximization(subject.look, aim.node, aim.index, aim.steps, aim.seed)
    result = computed_in_sight(aim.words, _work(subject, aim), question, key="maximization")
    cache.keep_finished(result, *_key(subject, aim))
    st.rerun()


def _work(subject: Subject, aim: _Aim) -> Slow:
    """How much there is to do: to the layer and back, the earlier it is the less."""
    from explorer.vision.features.activation_maximization import START_S, STEP_COST

    share = 1.0
    if aim.layer is not None:
        macs = [(layer.node.name, layer.macs) for layer in cache.tally(subject.look.config).layers]
        end = next((at for at, (name, _) in enumerate(macs, start=1) if name == aim.layer), len(macs))
        share = max(sum(each for _, each in macs[:end]), 1) / sum(each for _, each in macs)
    return slow("maximization", STEP_COST, aim.steps, subject.look, share=share, start_s=START_S)


def _key(subject: Subject, aim: _Aim) -> tuple[Hashable, ...]:
    """What the result is known by."""
    return ("maximization", subject.look.config, subject.look.weights, aim.node, aim.index, aim.steps, aim.seed)


def _choose(view: LayerView, channel: int) -> _Aim:
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    of = row.segmented_control(
        "Maximize",
        (_CHANNEL, _CLASS),
        default=_CHANNEL,
        required=True,
        key="maximized",
        persist_state="session",
        width="content",
        help=f"The mean of the channel's map, or the logit of {view.class_words}.",
    )
    steps = row.select_slider(
        "Steps", _STEPS, _USUAL_STEPS, key="maximization_steps", persist_state="session", width=_STEPS_PX
    )
    seed = row.number_input(
        "Seed",
        0,
        _MOST_SEED,
        step=1,
        key="maximization_seed",
        persist_state="session",
        width=_SEED_PX,
        help="Of the noise that the picture starts as. Another seed, another picture.",
    )
    if of == _CLASS:
        return _Aim(None, view.target.index, steps, int(seed), f"the logit of {view.class_words}", None)
    return _Aim(
        view.tap.node, channel, steps, int(seed), f"the mean of channel {channel} of {view.words}", view.tap.layer
    )


def _show(view: LayerView, aim: _Aim, result: "Maximization") -> None:
    first, last, curve = st.columns((2, 4, 4), gap="medium")
    with first:
        st.image(_png(view, result.start_image), width="stretch", alt="The noise that the picture started as")
        st.caption(f"**Before**: {significant(result.before)}")
    with last:
        st.image(_png(view, result.image), width="stretch", alt=f"A picture that raises {aim.words}")
        st.caption(f"**After {result.steps} steps**: {significant(result.after)}")
        st.download_button(
            "Picture as PNG",
            _png(view, result.image),
            f"{aim.words.replace(' ', '-').replace(',', '')}-seed-{aim.seed}.png",
            "image/png",
            icon=":material/image:",
            on_click="ignore",
        )
    with curve:
        if result.after <= result.before:
            st.info(
                "The value did not rise, so this picture shows nothing. A channel that is 0 for all noise gives no "
                "direction to go. Try another seed, more steps, or an output of the layer before its activation.",
                icon=":material/trending_flat:",
            )
        value = aim.words if aim.node is None else f"the {result.what}"
        show_chart(maximization_curve(result.values, what=value), "chart_maximization")
        st.caption(
            f"The value is {value}. In the first half of the steps it is measured on the picture shifted by a few "
            "pixels. Many pictures raise it; this is one. It is no photograph, and no proof that the network looks for "
            "this in photographs."
        )


def _png(view: LayerView, image: np.ndarray) -> bytes:
    return png_bytes(stamped(image, view.badge))

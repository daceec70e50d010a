"""Feature maps: what every channel of a layer finds in a picture, and how the layer makes it."""

import streamlit as st

from explorer.arch.places.separable_pairs import find_pair
from explorer.arch.places.taps import first_tap
from explorer.ui.choose.subject_choice import Subject, choose_subject
from explorer.ui.choose.tap_choice import choose_tap
from explorer.ui.choose.target_choice import choose_target
from explorer.ui.features.channel_detail import show_channel
from explorer.ui.features.channel_grid import show_channel_grid, show_layer_facts
from explorer.ui.features.chosen import ChosenChannel, choose_channel
from explorer.ui.features.field_panel import show_field
from explorer.ui.features.kernel_panel import show_kernels
from explorer.ui.features.layer_view import LayerView, layer_view
from explorer.ui.features.maximization_panel import carry_out_maximization, show_maximization
from explorer.ui.features.panels import open_panel
from explorer.ui.features.separable_panel import show_separable
from explorer.ui.links.parts.channel_link import PANELS
from explorer.ui.session.error_boundary import explained

_PLACE_PX, _CLASS_PX = 168, 150  # layer, output, class and channel: one row at 1024 px, beside the open sidebar


@st.fragment
def look(subject: Subject) -> None:
    """Where to look, and what there is to see: no choice here redraws anything above."""
    with explained():
        bar = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
        tap = choose_tap(subject.graph, bar, default=first_tap(subject.graph), key="feature_strip", width=_PLACE_PX)
        with bar:
            logits, provenance = subject.of_pass.logits, subject.provenance
            target = choose_target(subject.labels, logits, provenance, against=False, width=_CLASS_PX)
            view = layer_view(subject, tap, target)
            channel = choose_channel(view)
        show_panels(view, channel)


def show_panels(view: LayerView, chosen: ChosenChannel) -> None:
    """The chosen channel, in one panel or another."""
    is_pair = find_pair(view.subject.graph, view.tap.layer) is not None
    name, panel = open_panel([each for each in PANELS if each != "apart" or is_pair])
    with panel:
        match name:
            case "channels":
                every, one = st.columns((11, 9), gap="medium")
                with every:
                    show_channel_grid(view, chosen)
                with one:
                    show_channel(view, chosen)
            case "cell":
                show_field(view, chosen.number)
            case "apart":
                show_separable(view, chosen.number)
            case "wants":
                show_maximization(view, chosen.number)
            case "kernels":
                show_kernels(view, chosen.number)
    show_layer_facts(view)


row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
row.title("Feature maps", anchor=False, width="content")
with explained():
    chosen = choose_subject(row)
    if chosen is not None:
        look(chosen)
        carry_out_maximization(chosen)

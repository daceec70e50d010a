"""The diagram, its colours, a photograph in it, and the arithmetic of what is selected."""

import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.named import title_of
from explorer.counting.tally import Tally
from explorer.figures.diagram.drawing import LEGEND
from explorer.ui.architecture.arithmetic import ARITHMETIC, show_arithmetic
from explorer.ui.architecture.drawing_choice import choose_drawing
from explorer.ui.colours.asked_colours import asked_colours
from explorer.ui.colours.colouring_choice import show_legend
from explorer.ui.colours.time_colours import offer_times, takes_long
from explorer.ui.session.error_boundary import explained
from explorer.ui.widgets.clickable_diagram import architecture_diagram

_DIAGRAM = "diagram"
_COLOURED = "edges: the flow's colour · without colour: none · of equal modules: that of the first"


def show_network_diagram(config: Config, tally: Tally) -> None:
    """The network as in the paper's figure 5; a click opens a module, a click on a layer shows its formula.

    To be called outside of fragments: what is clicked redraws nothing else, unless there is something to measure.
    """
    (_show if takes_long((config,)) else _show_at_once)(config, tally)


@st.fragment
def _show_at_once(config: Config, tally: Tally) -> None:
    if takes_long((config,)):
        st.rerun()
    _show(config, tally)


def _show(config: Config, tally: Tally) -> None:
    st.markdown("Click a module to open it, then a layer to see its arithmetic. With the keyboard: Tab, then Enter.")
    row, below = st.container(horizontal=True, vertical_alignment="bottom", gap="small"), st.container()
    maps, is_seen = None, False
    with below:
        name, is_photograph_wanted, chosen = choose_drawing(row)
        if chosen is not None:
            # Imported here: who wants no photograph does not wait for what pictures need.
            from explorer.ui.architecture.photograph import maps_of, say_weights
            from explorer.ui.choose.fitting_weights import look_at_by_fitting_weights

            with explained():
                look = look_at_by_fitting_weights(config, chosen)
                say_weights(look, config, row)
                maps = maps_of(look) if is_photograph_wanted else None
                is_seen = True
        # What was wrong with the picture or the network is said once.
        colours = asked_colours(name, {title_of(config): config}, chosen if is_seen else None)
    if colours.colouring is not None:
        with row:
            show_legend((tally,), colours.colouring)
    click = architecture_diagram(tally, _DIAGRAM, f".st-key-{ARITHMETIC}", colours.colouring, maps)
    if colours.words:
        st.caption(colours.words)
    st.caption(f"{LEGEND} · {_COLOURED}" if colours.colouring else LEGEND)
    if click is not None:
        show_arithmetic(click, tally, _DIAGRAM)
    if takes_long((config,)):
        with below:
            offer_times((config,))

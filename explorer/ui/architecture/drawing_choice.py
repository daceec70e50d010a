"""How the network is drawn: what its colours stand for, and what runs through it."""

import streamlit as st

from explorer.figures.heat.energies import ENERGY
from explorer.ui.colours.colouring_choice import choose_colouring
from explorer.ui.links.linked import asked_for, choose
from explorer.ui.links.parts.drawing_link import IS_LIVE, LIVE
from explorer.vision.pictures.picture import Picture

_SWITCH = "live_switch"


def choose_drawing(row: "st.delta_generator.DeltaGenerator") -> tuple[str, bool, Picture | None]:
    """Asks in `row` what the colours say, by name in the link, whether a photograph is to run, and if so which one."""
    with row:
        name = choose_colouring()
        with st.container(width="content"):
            is_photograph_wanted = _wants_photograph()
    if not is_photograph_wanted and name != ENERGY:
        return name, False, None
    # Imported here: who wants no photograph does not wait for what pictures need.
    from explorer.ui.pictures.picture_select import select_picture

    return name, is_photograph_wanted, select_picture(row)


def _wants_photograph() -> bool:
    is_wanted = asked_for(LIVE) == IS_LIVE
    choose(LIVE, IS_LIVE if is_wanted else None, "")  # another page's link does not have it yet
    st.session_state[_SWITCH] = is_wanted
    st.toggle(
        "Show a photograph in it",
        key=_SWITCH,
        on_change=_switch,
        help="Runs a photograph through this network, and draws in each module a map of what the module hands on.",
    )
    return is_wanted


def _switch() -> None:
    choose(LIVE, IS_LIVE if st.session_state[_SWITCH] else None, "")

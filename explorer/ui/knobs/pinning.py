"""A pin for the configuration at hand: *Compare* offers what is pinned, whatever the knobs are turned to later."""

import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.named import title_of
from explorer.ui.links.parts.compared_link import MOST_PINS, pin, pins, unpin


def show_pin(config: Config) -> None:
    """A button that pins `config`, or takes the pin out."""
    is_pinned = config in pins()
    st.button(
        "Unpin" if is_pinned else "Pin",
        on_click=_take_out if is_pinned else _put_in,
        args=(config,),
        key="pin",
        help=f"Keeps this configuration for Compare; up to {MOST_PINS}, and they stand in the link.",
    )


def _put_in(config: Config) -> None:
    is_full = len(pins()) == MOST_PINS
    pin(config)
    gone = " The oldest pin was taken out." if is_full else ""
    st.toast(f"Pinned: {title_of(config)}. Compare has it.{gone}", icon=":material/keep:")


def _take_out(config: Config) -> None:
    unpin(config)
    st.toast(f"No longer pinned: {title_of(config)}.", icon=":material/keep_off:")

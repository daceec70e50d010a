"""Every live part by the name that chapters call it by. A new part is a line here and a file beside this one."""

from importlib import import_module

import streamlit as st

PARTS = {
    "one-picture": "one_picture.show_one_picture",
    "calculator": "calculator.show_calculator",
    "inception-module": "inception_module.show_inception_module",
    "two-for-one": "factorized.show_two_for_one",
    "row-and-column": "factorized.show_row_and_column",
    "four-steps": "four_steps.show_four_steps",
    "equivalence": "equivalence.show_equivalence",
}
"""File and function of each."""


def show_part(name: str) -> None:
    """Draws a part, or says that there is none of that name."""
    if name not in PARTS:
        st.info(f"A live part called *{name}* should stand here. This version of the program has none of that name.")
        return
    # Imported when it is drawn: a chapter waits for nothing that other chapters need.
    file, function = PARTS[name].split(".")
    getattr(import_module(f"explorer.ui.understand.parts.{file}"), function)()

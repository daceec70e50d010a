"""Every live part by the name that chapters call it by.

A new part is a line here and a file in one of the rooms beside it.
"""

from importlib import import_module

import streamlit as st

PARTS = {
    "one-picture": "convolutions.one_picture.show_one_picture",
    "calculator": "convolutions.calculator.show_calculator",
    "inception-module": "convolutions.inception_module.show_inception_module",
    "two-for-one": "convolutions.factorized.show_two_for_one",
    "row-and-column": "convolutions.factorized.show_row_and_column",
    "four-steps": "extreme.four_steps.show_four_steps",
    "equivalence": "extreme.equivalence.show_equivalence",
    "spectrum": "extreme.spectrum.show_spectrum",
    "spectrum-time": "extreme.spectrum_time.show_spectrum_time",
    "two-orders": "extreme.two_orders.show_two_orders",
    "between": "extreme.between.show_between",
    "between-answer": "extreme.between_answer.show_between_answer",
    "paper-tables": "since.what_it_bought.show_tables",
    "mobilenet": "since.mobilenet.show_mobilenet",
    "output-stride": "since.output_stride.show_output_stride",
    "grouped-code": "since.grouped_code.show_grouped_code",
}
"""Room, file and function of each."""


def show_part(name: str) -> None:
    """Draws a part, or says that there is none of that name."""
    if name not in PARTS:
        st.info(f"A live part called *{name}* should stand here. This version of the program has none of that name.")
        return
    # Imported when it is drawn: a chapter waits for nothing that other chapters need.
    file, function = PARTS[name].rsplit(".", 1)
    getattr(import_module(f"explorer.ui.understand.parts.{file}"), function)()

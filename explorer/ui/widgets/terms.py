"""What the terms of a page mean, a click away."""

import tomllib
from functools import cache

import streamlit as st

from explorer.assets import ASSETS

_CONVOLUTIONS = ("depthwise convolution", "pointwise convolution", "separable convolution")
TERMS = {
    "Architecture": (
        "tensor",
        "parameter",
        "multiply-add (MAC)",
        "flow",
        *_CONVOLUTIONS,
        "shortcut",
        "receptive field",
        "activation energy",
    ),
    "Understand": ("channel", "parameter", "multiply-add (MAC)", *_CONVOLUTIONS, "activation", "shortcut"),
    "Compare": ("parameter", "multiply-add (MAC)", "tensor", "flow", *_CONVOLUTIONS, "activation energy"),
    "Classify": ("logit", "entropy", "parameter"),
    "Explain": ("logit", "gradient", "channel", "activation", "receptive field", "shortcut"),
    "Feature maps": ("channel", "activation", *_CONVOLUTIONS, "receptive field", "logit"),
}
"""Of each page, by its title."""


def show_terms(page: str) -> None:
    """A button that opens the meanings of a page's terms."""
    with st.popover("Terms", on_change="rerun", key="terms") as panel:
        if panel.open:
            known = glossary()
            st.markdown("\n\n".join(f"**{term[:1].upper()}{term[1:]}.** {known[term]}" for term in TERMS[page]))


@cache
def glossary() -> dict[str, str]:
    """Meaning by term."""
    entries = tomllib.loads((ASSETS / "glossary.toml").read_text(encoding="utf-8"))
    return {term: entry["meaning"] for term, entry in entries.items()}

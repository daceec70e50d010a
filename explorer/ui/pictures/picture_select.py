"""The picture that the pages look at, chosen in one line, where a drawing needs one."""

import streamlit as st

from explorer.ui.choose.weights_choice import weights_in_force
from explorer.ui.links.linked import linked, take, widget_key
from explorer.ui.links.opening_link import OWN_PICTURE, SAMPLE
from explorer.ui.pictures.brought_pictures import open_picture, say_what_is_missing
from explorer.ui.pictures.picture_place import is_own_picture
from explorer.ui.pictures.sample_tiles import samples_in_order
from explorer.vision.pictures.picture import Picture, picture
from explorer.vision.pictures.samples import SAMPLES


def select_picture(row: "st.delta_generator.DeltaGenerator") -> Picture | None:
    """Asks in `row` for a sample, or the person's own open picture; None, with a word why, while there is none."""
    in_force = weights_in_force()
    samples = {sample.name: sample for sample in samples_in_order(in_force.source if in_force else None)}
    titles = {name: sample.title for name, sample in samples.items()}
    own = open_picture()
    if own is not None or is_own_picture():
        titles[OWN_PICTURE] = own.name if own else "your own"
    name = linked(SAMPLE, titles, SAMPLES[0].name)
    row.selectbox(
        "Photograph",
        tuple(titles),
        format_func=titles.__getitem__,
        key=widget_key(SAMPLE),
        on_change=take,
        args=(SAMPLE, SAMPLES[0].name),
        width=220,
    )
    if name != OWN_PICTURE:
        sample = samples[name]
        return picture(sample.title, sample.file.read_bytes(), sample.alt, sample.file.name)
    if own is None:
        say_what_is_missing()
        st.caption("Photographs are uploaded on *Classify*, *Explain* and *Feature maps*; samples can be chosen here.")
    return own

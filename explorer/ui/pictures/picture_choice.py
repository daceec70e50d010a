"""Where pictures come from: samples, uploads, the camera.

The link says which sample is shown, or that it is a picture of a person's own, which no link can carry.
"""

import streamlit as st

from explorer.model.sources.known import WeightsSource
from explorer.ui.links.linked import asked_for, choose, linked
from explorer.ui.links.opening_link import OWN_PICTURE, SAMPLE, set_picture_lost
from explorer.ui.pictures.brought_pictures import ask_for_photograph, ask_for_pictures, brought, open_picture
from explorer.ui.pictures.brought_tiles import show_brought_tiles
from explorer.ui.pictures.picture_place import is_own_picture
from explorer.ui.pictures.sample_tiles import samples_in_order, show_sample_tiles
from explorer.ui.session.state import leave_panel_open
from explorer.vision.pictures.picture import Picture, picture
from explorer.vision.pictures.samples import SAMPLES, Sample

_SAMPLES, _UPLOAD, _CAMERA = "Samples", "Upload", "Camera"
_PLACE, _LAST_PLACE, _LAST_SAMPLE = "picture_place", "last_picture_place", "last_sample"


def picture_in_force(weights: WeightsSource | None) -> str | None:
    """What the picture is called that the pages look at; None if none was chosen. Known before the choice is drawn."""
    sample, own = sample_in_force(weights), open_picture()
    return sample.title if sample else own.name if own else None


def sample_in_force(weights: WeightsSource | None) -> Sample | None:
    """The sample that the pages look at; None if it is a person's own picture, or there is none."""
    if is_own_picture():
        return None
    asked = asked_for(SAMPLE)
    return next((each for each in samples_in_order(weights) if each.name == asked), SAMPLES[0])


def choose_pictures(weights: WeightsSource | None, *, are_tiles_seen: bool) -> tuple[Picture, ...]:
    """Asks for pictures; the one that the pages look at comes first; empty as long as there are none.

    Args:
        weights: Among the samples are those that came with them.
        are_tiles_seen: Whether there are pictures to choose by: not in a panel that is closed.
    """
    st.session_state[_PLACE] = _place()
    st.segmented_control(
        "Picture", (_SAMPLES, _UPLOAD, _CAMERA), required=True, key=_PLACE, on_change=_choose_place, width="content"
    )
    if not is_own_picture():
        chosen = _sample(weights)
        if are_tiles_seen:
            show_sample_tiles(weights, chosen, "panel")
        return (picture(chosen.title, chosen.file.read_bytes(), chosen.alt, chosen.file.name),)
    if st.session_state[_PLACE] == _UPLOAD:
        ask_for_pictures()
    else:
        ask_for_photograph()
    if are_tiles_seen:
        show_brought_tiles("panel")
    first = open_picture()
    return (first, *(each for each in brought() if each != first)) if first else ()


def show_tiles(weights: WeightsSource | None) -> None:
    """The pictures among which one is chosen, on the page itself, and the way to bring one."""
    if is_own_picture():
        show_brought_tiles("page")
    else:
        show_sample_tiles(weights, _sample(weights), "page")
    with st.container(horizontal=True):
        st.button("Your own photographs", icon=":material/add_a_photo:", on_click=open_uploads)
        if is_own_picture():
            st.button("Samples", icon=":material/photo_library:", on_click=_choose_samples)


def open_uploads() -> None:
    """Opens the panel where a photograph can be uploaded."""
    st.session_state[_LAST_PLACE] = _UPLOAD
    choose(SAMPLE, OWN_PICTURE, SAMPLES[0].name)
    leave_panel_open()


def _place() -> str:
    return st.session_state.get(_LAST_PLACE, _UPLOAD) if is_own_picture() else _SAMPLES


def _choose_place() -> None:
    place = st.session_state[_PLACE]
    set_picture_lost(False)
    if place == _SAMPLES:
        _choose_samples()
    else:
        st.session_state[_LAST_PLACE] = place
        choose(SAMPLE, OWN_PICTURE, SAMPLES[0].name)
    leave_panel_open()


def _choose_samples() -> None:
    choose(SAMPLE, st.session_state.get(_LAST_SAMPLE), SAMPLES[0].name)


def _sample(weights: WeightsSource | None) -> Sample:
    by_name = {sample.name: sample for sample in samples_in_order(weights)}
    chosen = by_name[linked(SAMPLE, by_name, SAMPLES[0].name)]
    st.session_state[_LAST_SAMPLE] = chosen.name
    return chosen

"""Where pictures come from: samples, uploads, the camera."""

from collections.abc import Sequence

import streamlit as st

from explorer.model.sources.known import WeightsSource
from explorer.ui.choose.picture_place import PLACE, PLACES
from explorer.ui.links.linked import asked_for, choose, linked
from explorer.ui.links.opening_link import SAMPLE
from explorer.ui.session import cache
from explorer.ui.session.own_pictures import of_session
from explorer.vision.pictures.formats import ENDINGS, FORMATS
from explorer.vision.pictures.images import MAX_BYTES, MAX_PIXELS
from explorer.vision.pictures.picture import Picture, picture
from explorer.vision.pictures.samples import SAMPLES, Sample, samples_of

_MOST_AT_ONCE = 24
_SAMPLE_PX = 134
_LABELLED_PX = 104
_LIMITS = f"at most {MAX_BYTES // 2**20} MB and {MAX_PIXELS // 10**6} megapixels each"
_PRIVACY = "What you choose stays in memory, is written nowhere, and is gone with this session."
_STILL_HERE = "The photograph that you chose before is still here. Choose another one to replace it."
_UPLOAD, _UPLOADS, _LAST_UPLOAD = "upload", "uploads", "last_upload"
_CAMERA = "camera"


def picture_in_force(weights: WeightsSource | None) -> str | None:
    """What the picture is called that the pages look at; None if none was chosen. Known before the choice is drawn."""
    match st.session_state.get(PLACE, PLACES[0]):
        case "Samples":
            asked = asked_for(SAMPLE)
            return next((each.title for each in _samples(weights) if each.name == asked), SAMPLES[0].title)
        case "Upload":
            last: Picture | None = st.session_state.get(_LAST_UPLOAD)
            return last.name if last else None
        case _:
            return "Photograph" if st.session_state.get(_CAMERA) else None


def choose_pictures(
    weights: WeightsSource | None, *, several: bool = True, are_samples_seen: bool = True
) -> tuple[Picture, ...]:
    """Asks for pictures, or for a single one; empty as long as there are none.

    Args:
        weights: Among the samples are those that came with them.
        several: Whether more than one can be had.
        are_samples_seen: Whether they are drawn: not in a panel that is closed.
    """
    place = st.segmented_control(
        "Picture", PLACES, default=PLACES[0], required=True, key=PLACE, persist_state="session"
    )
    match place:
        case "Samples":
            return (_sample(weights, are_samples_seen),)
        case "Upload":
            return of_session(_uploads() if several else _upload())
        case _:
            return of_session(_photograph())


def _samples(weights: WeightsSource | None) -> tuple[Sample, ...]:
    return (*SAMPLES, *samples_of(weights))


def _sample(weights: WeightsSource | None, is_drawn: bool) -> Picture:
    by_name = {sample.name: sample for sample in _samples(weights)}
    chosen = by_name[linked(SAMPLE, by_name, SAMPLES[0].name)]
    if is_drawn:
        _show_samples(weights, chosen)
    return picture(chosen.title, chosen.file.read_bytes(), chosen.alt, chosen.file.name)


def _show_samples(weights: WeightsSource | None, chosen: Sample) -> None:
    labelled = samples_of(weights)
    _tiles(SAMPLES, chosen, _SAMPLE_PX)
    if labelled and weights is not None:
        with st.expander(
            f"{len(labelled)} labelled pictures that came with {weights.name}",
            icon=":material/label:",
        ):
            _tiles(labelled, chosen, _LABELLED_PX)
            st.caption(f"Pictures {labelled[0].credit}; {labelled[0].licence}: to look at, not to pass on.")
    st.caption(" · ".join(f"{sample.title}: {sample.credit}, {sample.licence}" for sample in SAMPLES))


def _tiles(samples: Sequence[Sample], chosen: Sample, width_px: int) -> None:
    row = st.container(horizontal=True)
    for sample in samples:
        with row.container(width=width_px):
            st.image(cache.sample_preview(sample), width="stretch", alt=sample.alt)
            st.button(
                sample.title,
                key=f"sample {sample.name}",
                icon=":material/check:" if sample == chosen else None,
                width="stretch",
                on_click=choose,
                args=(SAMPLE, sample.name, SAMPLES[0].name),
            )


def _uploads() -> tuple[Picture, ...]:
    files = st.file_uploader(
        f"Photographs ({', '.join(FORMATS)}; {_LIMITS})",
        type=ENDINGS,
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES // 2**20,
        key=_UPLOADS,
        on_change=_remember_uploads,
    )
    if not files:
        last: Picture | None = st.session_state.get(_LAST_UPLOAD)
        if last is not None:
            st.caption(_STILL_HERE)
            return (last,)
        st.info(f"Choose one or more photographs. {_PRIVACY}")
    if len(files) > _MOST_AT_ONCE:
        st.warning(f"The first {_MOST_AT_ONCE} of {len(files)} pictures are classified.")
    return tuple(picture(file.name, file.getvalue()) for file in files[:_MOST_AT_ONCE])


def _upload() -> tuple[Picture, ...]:
    """One photograph, which another page goes on with: Streamlit lets go of an uploader's file with its page."""
    st.file_uploader(
        f"A photograph ({', '.join(FORMATS)}; {_LIMITS})",
        type=ENDINGS,
        max_upload_size=MAX_BYTES // 2**20,
        key=_UPLOAD,
        on_change=_remember_upload,
    )
    last: Picture | None = st.session_state.get(_LAST_UPLOAD)
    if last is None:
        st.info(f"Choose a photograph. {_PRIVACY}")
        return ()
    if st.session_state[_UPLOAD] is None:
        st.caption(_STILL_HERE)
    return (last,)


def _remember_upload() -> None:
    file = st.session_state[_UPLOAD]
    st.session_state[_LAST_UPLOAD] = picture(file.name, file.getvalue()) if file else None


def _remember_uploads() -> None:
    files = st.session_state[_UPLOADS]
    st.session_state[_LAST_UPLOAD] = picture(files[0].name, files[0].getvalue()) if files else None


def _photograph() -> tuple[Picture, ...]:
    file = st.camera_input("Take a photograph", key=_CAMERA)
    return (picture("photograph", file.getvalue(), "The photograph you took", "photograph.jpg"),) if file else ()

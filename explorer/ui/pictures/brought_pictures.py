"""Pictures that a person brings, kept as long as the session: the newest first, and one of them open.

Streamlit lets go of an uploader's files with its page, and shows a list of its own in which nothing can be opened. So
the session takes them over as they come, and the uploader begins anew.
"""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer.ui.links.linked import choose
from explorer.ui.links.opening_link import OWN_PICTURE, SAMPLE, is_picture_lost, set_picture_lost
from explorer.ui.uploads.own_pictures import let_go, of_session
from explorer.ui.uploads.upload_room import taken_over
from explorer.vision.pictures.formats import ENDINGS, FORMATS
from explorer.vision.pictures.images import MAX_BYTES, MAX_PIXELS
from explorer.vision.pictures.picture import Picture, picture
from explorer.vision.pictures.samples import SAMPLES

MOST = 24
"""Pictures that a session keeps."""

_PICTURES, _OPEN, _ROUND, _LEFT_OUT = "brought_pictures", "open_picture", "uploader_round", "pictures_left_out"
_LIMITS = f"at most {MAX_BYTES // 2**20} MB and {MAX_PIXELS // 10**6} megapixels each"
_PRIVACY = "What you choose stays in memory, is written nowhere, and is gone with this session."


def brought() -> tuple[Picture, ...]:
    """All of this session, the newest first."""
    pictures: tuple[Picture, ...] = st.session_state.get(_PICTURES, ())
    return pictures


def open_picture() -> Picture | None:
    """The one that the pages look at: the newest, unless another was opened."""
    pictures, chosen = brought(), st.session_state.get(_OPEN)
    return chosen if chosen in pictures else pictures[0] if pictures else None


def ask_for_pictures() -> None:
    """An uploader, for one or more."""
    key = f"pictures {_round()}"
    st.file_uploader(
        f"Photographs ({', '.join(FORMATS)}; {_LIMITS})",
        type=ENDINGS,
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES // 2**20,
        key=key,
        on_change=_take,
        args=(key,),
    )
    st.caption(_PRIVACY)


def ask_for_photograph() -> None:
    """The camera."""
    key = f"camera {_round()}"
    st.camera_input("Take a photograph", key=key, on_change=_take, args=(key,))
    st.caption(_PRIVACY)


def say_what_is_missing() -> None:
    """In place of what would be shown of a picture, while there is none: what became of it, or that it is awaited."""
    if is_picture_lost():
        st.warning(
            "**The picture of this link was uploaded, and is gone.** A link does not carry pictures: they stay with "
            "the session they were uploaded in, and that has ended, or is another person's. Choose it again.",
            icon=":material/link_off:",
        )
    else:
        st.info(f"Choose a photograph, or several. {_PRIVACY}", icon=":material/add_a_photo:")


def say_what_was_left_out() -> None:
    """Says once which pictures had to go for newer ones."""
    left_out: int = st.session_state.pop(_LEFT_OUT, 0)
    if left_out:
        st.toast(f"{MOST} pictures are kept; the {left_out} oldest had to go.", icon=":material/photo_library:")


def keep(pictures: Sequence[Picture]) -> None:
    """Puts pictures in front, of which the first is opened; of too many the oldest go."""
    together = tuple(dict.fromkeys((*pictures, *brought())))
    st.session_state[_PICTURES] = of_session(together[:MOST])
    st.session_state[_OPEN] = together[0]
    st.session_state[_LEFT_OUT] = len(together[MOST:])
    _forget(together[MOST:])


def open_again(chosen: Picture) -> None:
    """The pages look at this one."""
    st.session_state[_OPEN] = chosen


def remove(gone: Sequence[Picture]) -> None:
    """Takes pictures out of the session, and all that was made of them out of the caches."""
    st.session_state[_PICTURES] = tuple(each for each in brought() if each not in gone)
    _forget(gone)


def _forget(gone: Sequence[Picture]) -> None:
    # The same file may have come under another name.
    let_go({each.digest for each in gone} - {each.digest for each in brought()})


def _take(key: str) -> None:
    """Takes over what came, a file or several; the next uploader or camera is a new one.

    A click that was on its way meanwhile brings the same files once more, which the server has let go of by then.
    """
    came = st.session_state[key]
    files = [file for file in (came if isinstance(came, list) else [came]) if isinstance(file, UploadedFile)]
    if not files:
        return
    is_taken = key.startswith("camera")
    number = 1 + sum(each.name.startswith("photograph") for each in brought())
    keep([_photograph(file, number) if is_taken else picture(file.name, file.getvalue()) for file in files])
    taken_over(files)
    st.session_state[_ROUND] = _round() + 1
    set_picture_lost(False)
    choose(SAMPLE, OWN_PICTURE, SAMPLES[0].name)


def _photograph(file: UploadedFile, number: int) -> Picture:
    return picture(f"photograph {number}", file.getvalue(), f"Photograph {number} that you took", "photograph.jpg")


def _round() -> int:
    count: int = st.session_state.get(_ROUND, 0)
    return count

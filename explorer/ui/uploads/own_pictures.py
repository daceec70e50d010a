"""Pictures that people bring: what was made of them goes with the last session that has them."""

from collections.abc import Collection
from threading import Lock

import streamlit as st

from explorer.ui.session import cache
from explorer.vision.pictures.picture import Picture

_shown: list[dict[str, int]] = []
"""Digests of the pictures of each session, and the bytes of each."""
_lock = Lock()


def of_session(pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
    """The same pictures, which from now on belong to this session."""
    if pictures:
        own = _own()
        with _lock:
            own.update((each.digest, len(each.data)) for each in pictures)
    return pictures


def let_go(digests: Collection[str]) -> None:
    """This session has these pictures no longer: what was made of them goes, unless another session has them too."""
    own = _own()
    with _lock:
        for digest in digests:
            own.pop(digest, None)
        gone = set(digests).difference(*_shown)
    for digest in gone:
        cache.forget(digest)


def bytes_in_all() -> int:
    """Of the pictures that sessions have."""
    with _lock:
        return sum(sum(each.values()) for each in _shown)


def _release(own: dict[str, int]) -> None:
    with _lock:
        # By identity: two sessions may show the same.
        _shown[:] = [each for each in _shown if each is not own]
        gone = own.keys() - set[str]().union(*_shown)
    for digest in gone:
        cache.forget(digest)


@st.cache_resource(scope="session", on_release=_release, show_spinner=False)
def _own() -> dict[str, int]:
    """This session's."""
    own: dict[str, int] = {}
    with _lock:
        _shown.append(own)
    return own

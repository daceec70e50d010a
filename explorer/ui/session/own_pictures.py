"""Pictures that people bring: what was made of them goes with the last session that showed them."""

from threading import Lock

import streamlit as st

from explorer.ui.session import cache
from explorer.vision.pictures.picture import Picture

_shown: list[set[str]] = []
"""Digests of the pictures of each session."""
_lock = Lock()


def of_session(pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
    """The same pictures, which from now on belong to this session."""
    if pictures:
        own = _own()
        with _lock:
            own.update(each.digest for each in pictures)
    return pictures


def _release(digests: set[str]) -> None:
    with _lock:
        # By identity: two sessions may show the same.
        _shown[:] = [each for each in _shown if each is not digests]
        gone = digests.difference(*_shown)
    for digest in gone:
        cache.forget(digest)


@st.cache_resource(scope="session", on_release=_release, show_spinner=False)
def _own() -> set[str]:
    """This session's."""
    digests: set[str] = set()
    with _lock:
        _shown.append(digests)
    return digests

"""What a session remembers beside its widgets, each with its key."""

import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.registry import PAPER

_CONFIG = "configuration"
_IGNORED = "ignored_in_link"
_PAGE = "page_of_last_run"
_HEADLINE = "headline_of_page"
_PLAIN = "opened_without_state"
PANEL = "choice_panel"
"""Key of the panel in which weights and pictures are chosen: whether it is open."""


def set_config(config: Config) -> None:
    """Remembers the configuration that all pages show."""
    st.session_state[_CONFIG] = config


def config() -> Config:
    """The configuration that all pages show."""
    return st.session_state.get(_CONFIG, PAPER)


def has_config() -> bool:
    """Whether a page has shown a configuration yet."""
    return _CONFIG in st.session_state


def link_was_read() -> bool:
    """Whether this session has looked at the link that it was opened with."""
    return _IGNORED in st.session_state


def set_opened_plain(is_plain: bool) -> None:
    """Remembers whether the session began without a state in its link."""
    st.session_state[_PLAIN] = is_plain


def opened_plain() -> bool:
    """Whether the session began without a state in its link."""
    return bool(st.session_state.get(_PLAIN))


def set_ignored(sentences: tuple[str, ...]) -> None:
    """Remembers what the link asked for in vain."""
    st.session_state[_IGNORED] = sentences


def ignored() -> tuple[str, ...]:
    """What the link asked for in vain, a sentence each."""
    return st.session_state.get(_IGNORED, ())


def came_from_another(page: str) -> bool:
    """Whether the session's last run that came to its end was of another page than this."""
    return bool(st.session_state.setdefault(_PAGE, page) != page)


def set_page(page: str) -> None:
    """Remembers of which page a run has come to its end."""
    st.session_state[_PAGE] = page


def say_headline(words: str) -> None:
    """What this run of a page found, in a few words."""
    st.session_state[_HEADLINE] = words


def take_headline() -> str:
    """What the page found; "" if it said nothing."""
    return str(st.session_state.pop(_HEADLINE, ""))


def leave_panel_open() -> None:
    """For what is chosen in the panel of weights and pictures and asks for more there.

    Its words change with the choice, and Streamlit takes a panel with other words for another one, which is closed.
    """
    st.session_state[PANEL] = True

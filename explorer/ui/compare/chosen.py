"""What stands side by side: two to four networks, presets, pinned configurations, and the one at hand."""

from dataclasses import replace
from functools import lru_cache

import streamlit as st

from explorer.arch.knobs import Config, knobs
from explorer.configuration.named import title_of
from explorer.configuration.registry import NETWORKS, PRESETS, network_of, preset_of
from explorer.configuration.token import from_token, to_token
from explorer.ui.links.linked import asked_for, choose, widget_key
from explorer.ui.links.parts.compared_link import AT_HAND, COMPARED, MOST_COMPARED, USUAL, compared_words, pins

_USUAL_TEXT = " ".join(USUAL)


def choose_compared(at_hand: Config) -> dict[str, Config]:
    """Asks what is compared; by title, in the order chosen, each configuration once.

    Args:
        at_hand: What the knobs are turned to.
    """
    chosen = compared_words(asked_for(COMPARED))
    choose(COMPARED, " ".join(chosen), _USUAL_TEXT)
    pinned = tuple(map(to_token, pins()))
    options = tuple(dict.fromkeys((AT_HAND, *pinned, *_known(), *chosen)))
    st.session_state[widget_key(COMPARED)] = list(chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width="stretch", key="compared"):
            st.multiselect(
                "Side by side",
                options,
                format_func=lambda word: _words(word, at_hand, word in pinned),
                max_selections=MOST_COMPARED,
                key=widget_key(COMPARED),
                on_change=_take,
                label_visibility="collapsed",
            )
        is_alike = st.toggle(
            "Same input size and classes",
            key="compare_alike",
            persist_state="session",
            help="Those of the first, as far as the others can. Off: each as it is. Multiply-adds grow with the "
            "square of the input size.",
        )
    configs = [at_hand if word == AT_HAND else from_token(word) for word in chosen]
    if is_alike:
        configs = [configs[0], *(alike(each, configs[0]) for each in configs[1:])]
    named: dict[str, Config] = {}
    for word, config in zip(chosen, configs, strict=True):
        if config not in named.values():
            named[_title(word, config)] = config
    equal = " Equal ones are shown once." if len(named) < len(chosen) else ""
    st.caption(
        f"The first is what the others are held against.{equal} *Pin* at the side keeps a configuration of your own."
    )
    return named


def _take() -> None:
    choose(COMPARED, " ".join(st.session_state[widget_key(COMPARED)]) or _USUAL_TEXT, _USUAL_TEXT)


@lru_cache(maxsize=1)
def _known() -> tuple[str, ...]:
    """Every network and every preset."""
    configs = (*(each.config() for each in NETWORKS.values()), *(each.config for each in PRESETS.values()))
    return tuple(dict.fromkeys(map(to_token, configs)))


def _words(word: str, at_hand: Config, is_pinned: bool) -> str:
    if word == AT_HAND:
        return f"The knobs: {title_of(at_hand)}"
    title = _title(word, from_token(word))
    return f"Pinned: {title}" if is_pinned else title


def _title(word: str, config: Config) -> str:
    if word == AT_HAND and preset_of(config) is None and config != type(config)():
        return f"Your {network_of(config).title}"
    return title_of(config)


def alike(config: Config, other: Config) -> Config:
    """`config` at the input size and with the classes of `other`, as far as in range."""
    fields = knobs(type(config))
    return replace(config, **{name: fields[name].nearest(getattr(other, name)) for name in ("input_size", "classes")})

"""What stands around every page: navigation, the knobs, and what a link brings."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from explorer.assets import ASSETS
from explorer.tour.step import PAGE_TITLES, Page
from explorer.ui.browser import browser_file
from explorer.ui.choose.weights_choice import weights_in_force
from explorer.ui.knobs.at_rest import rest, take_up
from explorer.ui.knobs.sidebar import architecture_controls
from explorer.ui.knobs.strip import close_drawer_for_pages, show_answer_in, strip_place
from explorer.ui.knobs.turning import say_in_link_again, turn_back
from explorer.ui.links.history import follow_history, keep_history
from explorer.ui.links.kept import follow_link
from explorer.ui.links.opening_link import read_opening_link, show_ignored
from explorer.ui.links.share import show_share
from explorer.ui.session import state
from explorer.ui.session.first_paint import is_first
from explorer.ui.session.reconnection import run_when_reconnected
from explorer.ui.session.warm_up import warm_up
from explorer.ui.tour.panel import show_tour
from explorer.ui.tour.place import arrive, number
from explorer.ui.tour.welcome import ask_whether_first_visit, open_welcome, show_welcome
from explorer.ui.widgets.terms import show_terms

ICON = str(ASSETS / "icon.png")


def run_app() -> None:
    """One run of the app, on the page that the browser is on."""
    # With no icon by now the tab would get the page's own, a Material symbol that browsers fetch from another host.
    st.set_page_config(page_title="Xception Explorer", page_icon="🔎", layout="wide")
    # Before the link is read: mending it runs the app anew, on the page that navigation knows by then.
    counting = [
        _page("architecture", ":material/account_tree:", default=True),
        _page("understand", ":material/school:"),
        _page("compare", ":material/balance:"),
    ]
    looking = [  # where weights run, and what they bring stands
        _page("classify", ":material/image_search:"),
        _page("explain", ":material/troubleshoot:"),
        _page("feature_maps", ":material/grid_view:"),
    ]
    page = st.navigation([*counting, *looking], position="top")
    is_led = arrive({each.title: each for each in (*counting, *looking)}, page)
    st.html(f"<style>{browser_file('page.css')}</style>")
    is_from_history = follow_history()
    read_opening_link()
    # A step of the tour is a state of everything. Elsewhere Back is about choices, and knobs are left alone.
    is_other_step = is_from_history and number() is not None
    is_without_knobs = page.title == PAGE_TITLES["understand"]
    if not is_without_knobs:
        take_up(is_told_otherwise=is_led or is_from_history)
        if is_from_history and not is_other_step:
            turn_back(state.config())
    follow_link(is_right=is_other_step)
    has_arrived = state.came_from_another(page.title)
    if has_arrived and not is_from_history and not is_without_knobs:
        say_in_link_again()
    with st.sidebar:
        with st.container(horizontal=True, gap="xsmall", wrap=False):
            st.button("Tour", on_click=open_welcome)
            show_share()
            show_terms(page.title)
        is_plain = page is counting[0] and is_first() and state.opened_plain()
        strip = None if is_without_knobs else _knobs(looks=page in looking, is_plain=is_plain)
        if is_without_knobs:
            rest()
    if has_arrived:
        # The browser leaves the link behind with the page. Where it told the old one, nothing would seem to be missing.
        st.query_params.update()
    show_ignored()
    show_welcome()
    page.run()
    if strip is not None:
        show_answer_in(strip)
    with st.container(key="pages", horizontal=True, gap=None, wrap=False):
        for each in (*counting, *looking):
            st.page_link(each, label=each.title)
    show_tour(page.title)
    st.set_page_config(page_icon=ICON)  # last: to read a file Streamlit imports NumPy and Pillow
    state.set_page(page.title)  # at the end: what a run had sent that was ended before may never have left the server
    if state.opened_plain():
        ask_whether_first_visit()
    close_drawer_for_pages()
    keep_history()
    run_when_reconnected()
    warm_up()


def _knobs(*, looks: bool, is_plain: bool) -> DeltaGenerator:
    """The knobs at the side; gives the place where a phone's drawer says what comes of them."""
    weights = weights_in_force() if looks else None
    config, in_force = architecture_controls(weights.setters if weights else None, looks=looks, is_plain=is_plain)
    state.set_config(config)
    return strip_place(in_force)


def _page(name: Page, icon: str, *, default: bool = False) -> StreamlitPage:
    return st.Page(f"app_pages/{name}.py", title=PAGE_TITLES[name], icon=icon, default=default)

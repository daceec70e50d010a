"""The link to what is shown, to copy and as a QR code, and what does not travel with it."""

from io import BytesIO
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from explorer.ui.links.opening_link import OWN_FILE, WEIGHTS
from explorer.ui.links.parts.compared_link import pins
from explorer.ui.pictures.picture_place import is_own_picture

_MODULE_PX = 4


def show_share() -> None:
    """A button that opens the link; made when it is opened."""
    with st.popover("Share", on_change="rerun", key="share") as panel:
        if not panel.open:
            return
        link = link_of(st.context.url or "", st.query_params.to_dict())
        st.markdown("**This view as a link.** Whoever opens it sees the same.")
        st.code(link, language=None, wrap_lines=True)
        st.image(qr_code(link), width=200, alt=f"QR code of {link}")
        weights = st.session_state.get(WEIGHTS)
        for remark in remarks(link, has_own_picture=is_own_picture(), weights=weights, pinned=len(pins())):
            st.caption(remark)


def link_of(address: str, query: dict[str, str]) -> str:
    """Address of the page, with what the view depends on.

    Args:
        address: Of the page, with whatever query.
        query: By name.
    """
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=parts.path or "/", query=urlencode(query), fragment=""))


def remarks(link: str, *, has_own_picture: bool, weights: str | None, pinned: int = 0) -> tuple[str, ...]:
    """What somebody else would not see, and that what is pinned is not among it.

    Args:
        link: The link.
        has_own_picture: Whether an uploaded picture or a photograph is shown.
        weights: Name of the weights in this session.
        pinned: How many configurations are pinned.
    """
    found = []
    if _is_local(urlsplit(link).hostname or ""):
        found.append("This address works on this machine only: others need the name or address of this machine.")
    if has_own_picture:
        found.append("Your picture does not travel with the link: it stays in this session.")
    what_is_pinned = f"The pinned configuration{'s travel' if pinned > 1 else ' travels'} with the link"
    if weights == OWN_FILE and pinned:
        found.append(f"{what_is_pinned}, but your weights file does not: it stays in this session.")
    elif weights == OWN_FILE:
        found.append("Your weights file does not travel with the link: it stays in this session.")
    elif pinned:
        found.append(f"{what_is_pinned}.")
    return tuple(found)


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def qr_code(link: str) -> bytes:
    """The link as a QR code with its quiet zone: a PNG, black on white in either theme."""
    import segno

    file = BytesIO()
    segno.make(link, error="m", micro=False).save(file, kind="png", scale=_MODULE_PX, border=4)
    return file.getvalue()

"""A person's own pictures as small ones, each of which can be opened and removed."""

import streamlit as st

from explorer.errors import ImageError
from explorer.ui.pictures.brought_pictures import brought, open_again, open_picture, remove
from explorer.ui.session import cache
from explorer.ui.widgets.plain_words import plain
from explorer.vision.pictures.picture import Picture

_TILE_PX = 150


def show_brought_tiles(place: str) -> None:
    """A tile for each; `place` tells apart tiles that are shown twice."""
    pictures, opened = brought(), open_picture()
    if not pictures:
        return
    row = st.container(horizontal=True, gap="small")
    for number, each in enumerate(pictures):
        with row.container(width=_TILE_PX, gap="xsmall"):
            _show_preview(each)
            st.button(
                plain(each.name),
                key=f"{place} open {number}",
                icon=":material/check:" if each == opened else None,
                width="stretch",
                wrap=True,
                on_click=open_again,
                args=(each,),
            )
            st.button(
                "Remove",
                key=f"{place} remove {number}",
                icon=":material/delete:",
                type="tertiary",
                help=f"Takes {plain(each.name)} out of this session, with all that was computed of it.",
                on_click=remove,
                args=((each,),),
            )
    if len(pictures) > 1:
        st.button(
            f"Remove all {len(pictures)}",
            key=f"{place} remove all",
            icon=":material/delete_sweep:",
            on_click=remove,
            args=(pictures,),
        )


def _show_preview(each: Picture) -> None:
    try:
        st.image(cache.tile(each.digest, each.data), width="stretch", alt=each.alt)
    except ImageError:
        st.caption(":material/broken_image: cannot be read")

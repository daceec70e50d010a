"""What the browser says was chosen is believed only as far as there are cells, and lasts as long as they do."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.figures.maps.overlay import png_bytes
from explorer.ui.painted.cell_picture import cell_picture, clipped, png_size, read_choice


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        (0, 0),
        (5, 5),
        (6, None),
        (-1, None),
        (2.0, None),
        (True, None),
        ("3", None),
        ([3], None),
        ({}, None),
        (None, None),
    ],
)
def test_only_cells_that_there_are_can_be_chosen(value, choice):
    assert read_choice(6, value) == choice


@pytest.mark.parametrize(
    ("box", "shown", "cuts"),
    [
        ((0.25, 0.25, 0.5, 0.5), (0.25, 0.25, 0.75, 0.75), []),
        ((0, 0, 1, 1), (0, 0, 1, 1), []),
        ((-0.5, 0.25, 1, 0.5), (0, 0.25, 0.5, 0.75), ["left"]),
        ((-1, -1, 3, 3), (0, 0, 1, 1), ["left", "top", "right", "bottom"]),
    ],
)
def test_boxes_end_where_the_picture_does(box, shown, cuts):
    drawn = clipped((*box, "red", "field"))
    assert tuple(drawn[side] for side in ("left", "top", "right", "bottom")) == shown
    assert (drawn["cuts"], drawn["colour"], drawn["label"]) == (cuts, "red", "field")


@pytest.mark.parametrize("box", [(1, 0, 1, 1), (-2, 0, 1, 1), (0.5, 0.5, 0, 0.1)])
def test_boxes_beside_the_picture_are_not_drawn(box):
    assert clipped((*box, "red", "")) is None


def test_size_is_read_from_the_file():
    assert png_size(png_bytes(np.zeros((7, 300, 3), np.uint8))) == (300, 7)
    with pytest.raises(ValueError, match="PNG"):
        png_size(b"\xff\xd8\xff\xe0 a photograph as JPEG")


def test_more_labels_than_cells_are_refused():
    with pytest.raises(ValueError, match="at most 2 x 2 labels, got 5"):
        cell_picture(b"", 2, 2, ["a"] * 5, None, "key", "")


def page(count: int, key: str, selected: int | None) -> None:
    import numpy as np
    import streamlit as st

    from explorer.figures.maps.overlay import png_bytes
    from explorer.ui.painted.cell_picture import cell_picture

    picture = png_bytes(np.zeros((2, 3, 3), np.uint8))
    labels = [f"cell {number}" for number in range(count)]
    box = (0.0, 0.0, 0.5, 0.5, "red", "3 px")
    st.write(str(cell_picture(picture, 2, 3, labels, selected, key, "Six cells.", [box])))


@pytest.mark.parametrize(
    ("count", "key", "said", "outlined"), [(6, "maps", "4", 4), (4, "maps", "None", None), (6, "other", "None", None)]
)
def test_a_choice_lasts_as_long_as_its_key_and_its_cell(count, key, said, outlined):
    app = AppTest.from_function(page, kwargs={"count": count, "key": key, "selected": None}, default_timeout=30)
    app.session_state["maps-chosen"] = 4
    app.run()
    assert not app.exception
    assert app.markdown[0].value == said
    assert sent(app)["selected"] == outlined


def test_what_the_page_selects_is_outlined_and_the_boxes_are_told():
    app = AppTest.from_function(page, kwargs={"count": 6, "key": "maps", "selected": 2}, default_timeout=30).run()
    assert app.markdown[0].value == "None"
    data = sent(app)
    assert (data["selected"], data["rows"], data["columns"], data["size"]) == (2, 2, 3, [3, 2])
    assert data["alt"] == "Six cells. Marked: 3 px."
    assert data["labels"][5] == "cell 5"


def sent(app: AppTest) -> dict:
    import json

    (component,) = app.get("bidi_component")
    return json.loads(component.proto.json)

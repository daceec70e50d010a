"""A picture with thousands of cells: chosen by mouse and by keyboard, with two marks in the page."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import served

SIDE = 74

APP = f"""
import numpy as np
import streamlit as st

from explorer.figures.maps.overlay import png_bytes
from explorer.ui.painted.cell_picture import cell_picture

calls = st.session_state.setdefault("calls", [])
key = st.text_input("Key", "maps")
labels = [f"cell {{number}}" for number in range({SIDE} * {SIDE} - 1)]
picture = png_bytes(np.zeros((2 * {SIDE}, 2 * {SIDE}, 3), np.uint8))
chosen = cell_picture(picture, {SIDE}, {SIDE}, labels, None, key, "A map.", on_choose=calls.append)
st.markdown(f"chosen {{chosen}}, told {{calls}}")
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, browser: Browser):
    app = Path(tmp_path_factory.mktemp("app")) / "cells.py"
    app.write_text(APP)
    with served(app) as address:
        page = browser.new_page(viewport={"width": 500, "height": 900})
        page.goto(address)
        yield page
        page.close()


def click(page: Page, row: int, column: int) -> None:
    box = page.get_by_role("grid").bounding_box()
    x, y = ((place + 0.5) / SIDE for place in (column, row))
    page.get_by_role("grid").click(position={"x": x * box["width"], "y": y * box["height"]})


def test_cells_are_chosen_by_mouse_and_by_keyboard(page: Page) -> None:
    grid, cursor = page.get_by_role("grid"), page.get_by_role("gridcell")
    expect(page.get_by_role("img", name="A map.")).to_be_visible()
    expect(page.get_by_text("chosen None, told []")).to_be_visible()
    assert grid.evaluate("grid => grid.getRootNode().querySelectorAll('*').length") < 20

    click(page, 2, 3)
    expect(page.get_by_text(f"chosen {2 * SIDE + 3}, told [{2 * SIDE + 3}]")).to_be_visible()

    # The focus is still there after the page has run.
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(cursor).to_have_accessible_name(f"cell {SIDE + 4}")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"chosen {SIDE + 4}, told [{2 * SIDE + 3}, {SIDE + 4}]")).to_be_visible()
    expect(cursor).to_have_attribute("aria-selected", "true")

    # Never beyond the last cell that has a label, nor around the edge.
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cursor).to_have_accessible_name(f"cell {SIDE * SIDE - 2}")
    click(page, SIDE - 1, SIDE - 1)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(cursor).to_have_accessible_name(f"cell {SIDE * (SIDE - 1)}")
    page.keyboard.press(" ")
    expect(page.get_by_text(f"chosen {SIDE * (SIDE - 1)}, told")).to_be_visible()


def test_another_key_starts_anew(page: Page) -> None:
    page.get_by_role("textbox").fill("others")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_text("chosen None, told")).to_be_visible()

"""What the browser paints of a map is what Python paints, and how it looks is changed without the server."""

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from explorer.arch.receptive_field import ReceptiveField, Span
from explorer.figures.maps.overlay import map_picture, overlay
from explorer.vision.methods.upscaling import upscaled
from explorer.vision.pictures.samples import SAMPLES
from tests.browser.serving import served

PHOTOGRAPH, SIZE, INPUT = SAMPLES[0].file.read_bytes(), (600, 400), 150
FIELD = ReceptiveField(Span(91, 31, -40, 0.5), Span(91, 24, -30))
VALUES = np.random.default_rng(1).normal(0, 3, (5, 7)).astype(np.float32)

APP = f"""
import numpy as np
import streamlit as st

from explorer.arch.receptive_field import ReceptiveField, Span
from explorer.ui.painted.map_display import map_display, map_files
from explorer.ui.painted.map_pictures import MapWords, map_pictures
from explorer.ui.painted.painting import own_range
from explorer.vision.pictures.samples import SAMPLES

signed = st.toggle("Signed")
values = np.random.default_rng(1).normal(0, 3, (5, 7)).astype(np.float32)
words = MapWords("Maps", "600 x 400", "5 x 7", "A cup", "A map", "A map over a cup", "Grad-CAM", "", "test")
map_pictures(SAMPLES[0].file.read_bytes(), {SIZE}, values, {FIELD}, {INPUT}, signed=signed,
    badge="RANDOM WEIGHTS" if signed else None, words=words, key="maps")
map_display(own_range(values, signed), signed=signed, key="display")
map_files(painted=True, key="files")
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory):
    app = Path(tmp_path_factory.mktemp("app")) / "maps.py"
    app.write_text(APP)
    with served(app) as address:
        yield address


def painted(page: Page, name: str) -> np.ndarray:
    """(h, w, 3): what the canvas holds."""
    page.locator(".scene[aria-busy=false]").wait_for()
    address = page.get_by_role("img", name=name, exact=True).evaluate("canvas => canvas.toDataURL()")
    return decoded(b64decode(address.partition(",")[2]))


def decoded(file: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(file)).convert("RGB"))


def assert_alike(shown: np.ndarray, expected: np.ndarray) -> None:
    """But for JPEG decoders, which differ in roundings, and a colour of the table more or less."""
    difference = np.abs(shown.astype(int) - expected)
    assert difference.max() <= 12 and difference.mean() < 0.5, (difference.max(), difference.mean())


def test_the_browser_paints_what_python_paints_and_asks_no_server_for_another_look(browser: Browser, app: str) -> None:
    page = browser.new_page(viewport={"width": 1000, "height": 1400})
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(app)
    place = (FIELD, INPUT, SIZE[1], SIZE[0])
    smooth, cells = upscaled(VALUES.clip(0), *place), upscaled(VALUES.clip(0), *place, smooth=False)
    photograph, high = decoded(PHOTOGRAPH), float(VALUES.max())
    colours = {"colour_map": "viridis", "low": 0.0, "high": high}
    assert_alike(painted(page, "A map"), map_picture(cells, **colours))
    assert_alike(painted(page, "A map over a cup"), overlay(photograph, smooth, **colours, opacity=0.75))

    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    before = len(sent)
    page.get_by_label("Opacity of the map").press("ArrowLeft")
    page.get_by_label("Colours", exact=True).select_option("inferno")
    page.get_by_label("Fixed:").check()
    page.get_by_label("The last colour stands for").fill("2.5")
    colours = {"colour_map": "inferno", "low": 0.0, "high": 2.5}
    assert_alike(painted(page, "A map"), map_picture(cells, **colours))
    assert_alike(painted(page, "A map over a cup"), overlay(photograph, smooth, **colours, opacity=0.7))
    expect(page.locator(".scale .high")).to_have_text("2.5")
    with page.expect_download() as download:
        page.get_by_role("button", name="Overlay (PNG)").click()
    assert download.value.suggested_filename == "test-overlay.png"
    assert (decoded(Path(download.value.path()).read_bytes()) == painted(page, "A map over a cup")).all()
    assert len(sent) == before, "the server was asked"

    # Signed, which the server is asked for, with a badge; what was set holds.
    page.get_by_text("Signed").click()
    expect(page.locator(".scale .low")).to_have_text("−2.5 (against)")
    colours = {"colour_map": "balance", "low": -2.5, "high": 2.5, "badge": "RANDOM WEIGHTS"}
    assert_alike(painted(page, "A map"), map_picture(upscaled(VALUES, *place, smooth=False), **colours))
    expected = overlay(photograph, upscaled(VALUES, *place), **colours, opacity=0.7)
    assert_alike(painted(page, "A map over a cup"), expected)
    page.reload()
    expect(page.locator(".scale .high")).to_have_text("2.5")

    # Below 700 px there is one picture, with a switch.
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.get_by_role("img")).to_have_count(1)
    expect(page.get_by_role("img", name="A map over a cup")).to_be_visible()
    page.get_by_role("radio", name="Picture").check()
    expect(page.get_by_role("img", name="A cup", exact=True)).to_be_visible()
    page.close()

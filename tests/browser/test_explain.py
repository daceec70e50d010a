import json
import os
import re
import signal
import zipfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.serving import PROCESSES
from tests.browser.test_main_path import opened, sideways_photograph

WIDE = {"width": 1400, "height": 2200}
"""So high that nothing need be scrolled: a list of options closes when the page moves under it."""


def overlay(page: Page):
    return page.get_by_role("img", name=re.compile("over it the heat map"))


def shown(page: Page, *unlike: str) -> str:
    """What the overlay's canvas holds, once it is another than those."""
    return overlay(page).evaluate(
        """async (canvas, unlike) => {
            const end = Date.now() + 30_000, scene = canvas.closest(".scene");  // workers may still load
            while (scene.ariaBusy !== "false" || unlike.includes(canvas.toDataURL())) {
                if (Date.now() > end) throw new Error("the same picture");
                await new Promise((later) => setTimeout(later, 50));
            }
            return canvas.toDataURL();
        }""",
        unlike,
    )


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=re.compile(f"^{option}( ·|$)")).click()


def test_a_photograph_is_uploaded_and_explained_and_the_evidence_taken_away(browser, address, tmp_path):
    page = opened(browser, f"{address}/explain?weights=kitchenware", viewport=WIDE)
    expect(page.get_by_role("heading", name="Why cup?")).to_be_visible()
    page.get_by_role("button", name="Coffee · kitchenware").click()
    page.get_by_role("radio", name="Upload").click()
    page.locator("input[type=file]").set_input_files(sideways_photograph(tmp_path))
    page.get_by_role("img", name="Your picture phone.jpg; over it the heat map").wait_for()
    seen = [shown(page)]

    page.locator("[data-name=block8_sepconv3]").click()
    expect(page.get_by_text("Grad-CAM at block8_sepconv3 (pointwise output)")).to_be_visible()
    seen.append(shown(page, *seen))
    choose(page, "Class", "spoon")
    expect(page.get_by_role("heading", name="Why spoon?")).to_be_visible()
    seen.append(shown(page, *seen))
    choose(page, "Method", "LayerCAM")
    seen.append(shown(page, *seen))
    expect(page).to_have_url(re.compile("(?=.*layer=block8_sepconv3)(?=.*target=spoon)(?=.*method=layercam)"))

    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Evidence bundle").click()
    packed = zipfile.ZipFile(download.value.path())
    facts = json.loads(packed.read("explanation.json"))
    assert (facts["layer"], facts["stage"], facts["method"]["name"]) == ("block8_sepconv3", "pointwise", "layercam")
    assert (facts["target"], facts["weights"]["state"], facts["picture"]["name"]) == (
        "spoon",
        "pretrained",
        "phone.jpg",
    )
    assert np.load(packed.open("map.npy")).shape == (9, 9)
    assert packed.read("picture/phone.jpg") == (tmp_path / "phone.jpg").read_bytes()
    assert {"overlay.png", "map.png", "seen.png", "map_signed.npy", "tensor.npy", "README.txt"} <= set(
        packed.namelist()
    )
    page.close()


def test_pages_compute_nothing_themselves_and_their_workers_may_be_killed(browser, address):
    page = opened(browser, f"{address}/explain?weights=kitchenware", viewport=WIDE)
    seen = shown(page)
    server = PROCESSES[address]
    loaded = Path(f"/proc/{server}/maps").read_text()
    assert "tensorflow" not in loaded and "openvino" not in loaded
    children = [
        each for task in Path(f"/proc/{server}/task").iterdir() for each in (task / "children").read_text().split()
    ]
    workers = {each for each in children if "spawn_main" in Path(f"/proc/{each}/cmdline").read_text()}
    assert len(workers) >= 2
    for worker in workers:
        os.kill(int(worker), signal.SIGKILL)
    page.locator("[data-name=block8_sepconv3]").click()
    expect(page.get_by_text("Grad-CAM at block8_sepconv3 (pointwise output)")).to_be_visible(timeout=60_000)
    shown(page, seen)


def test_a_slow_method_is_cancelled_and_the_page_is_intact(browser, address):
    page = opened(browser, f"{address}/explain?weights=kitchenware&method=score-cam", viewport=WIDE)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text(re.compile(r"Score-CAM of cup: pass \d+"))).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile(r"runs the network 1,\d\d\d times"))).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    choose(page, "Method", "Grad-CAM")
    expect(overlay(page)).to_be_visible()
    page.close()


def test_another_layer_clicked_while_a_slow_method_runs_ends_it_and_is_chosen(browser, address):
    page = opened(browser, f"{address}/explain?weights=kitchenware&method=score-cam", viewport=WIDE)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text(re.compile(r"Score-CAM of cup: pass \d+"))).to_be_visible()
    page.locator("[data-name=block8_sepconv3]").click()
    expect(page).to_have_url(re.compile("layer=block8_sepconv3"))
    expect(page.get_by_text(re.compile(r"runs the network [\d,]+ times"))).to_be_visible()
    page.close()


def test_the_strip_is_one_stop_for_the_tab_key_and_arrows_move_in_it(browser, address):
    page = opened(browser, f"{address}/explain?weights=kitchenware&layer=block8_sepconv3", viewport=WIDE)
    strip = page.locator("button[data-kind=layer]")
    expect(strip.first).to_be_visible()
    assert [each.get_attribute("data-name") for each in strip.and_(page.locator("[tabindex='0']")).all()] == [
        "block8_sepconv3"
    ]
    page.locator("[data-name=block8_sepconv3]").press("ArrowLeft")
    expect(page.locator("[data-name=block7_sepconv3]")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Grad-CAM at block7_sepconv2")).to_be_visible()
    expect(page.locator("[data-name=block7_sepconv2]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Display")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("[data-name=block7_sepconv2]")).to_be_focused()
    page.keyboard.press("Home")
    expect(strip.first).to_be_focused()
    page.close()


def test_back_undoes_the_last_choice_each_time_and_forward_brings_it_again(browser, address):
    page = opened(browser, f"{address}/explain?weights=kitchenware", viewport=WIDE)
    expect(page.get_by_text("Grad-CAM at block14_sepconv2")).to_be_visible()
    page.locator("[data-name=block8_sepconv3]").click()
    expect(page.get_by_text("Grad-CAM at block8_sepconv3")).to_be_visible()
    choose(page, "Class", "spoon")
    expect(page.get_by_role("heading", name="Why spoon?")).to_be_visible()
    choose(page, "Method", "LayerCAM")
    expect(page.get_by_text("LayerCAM at block8_sepconv3")).to_be_visible()
    page.get_by_role("link", name="Feature maps").first.click()
    expect(page.get_by_role("heading", name="Feature maps", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("feature_maps.*layer=block8_sepconv3"))
    page.go_back()
    expect(page.get_by_text("LayerCAM at block8_sepconv3")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Grad-CAM at block8_sepconv3")).to_be_visible()
    expect(page.get_by_role("heading", name="Why spoon?")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Why cup?")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Grad-CAM at block14_sepconv2")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("Grad-CAM at block8_sepconv3")).to_be_visible()
    page.close()


def test_back_leaves_knobs_alone_and_is_never_nothing(browser, address):
    page = opened(browser, f"{address}/explain?weights=kitchenware", viewport=WIDE)
    expect(page.get_by_text("Grad-CAM at block14_sepconv2")).to_be_visible()
    page.locator("[data-name=block8_sepconv3]").click()
    expect(page.get_by_text("Grad-CAM at block8_sepconv3")).to_be_visible()
    page.get_by_role("slider", name="Middle-flow modules").press("ArrowLeft")
    expect(page).to_have_url(re.compile("middle_repeats=7"))
    expect(page.get_by_text("altered").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Grad-CAM at block13_sepconv2")).to_be_visible()  # the last layer, with a module less
    expect(page).to_have_url(re.compile("middle_repeats=7"))
    expect(page.get_by_role("slider", name="Middle-flow modules")).to_have_attribute("aria-valuetext", "7")
    page.close()


def test_the_film_is_scrubbed_and_played_and_a_frame_changes_the_maps_in_sight(browser, address):
    page = opened(browser, f"{address}/explain?weights=kitchenware", viewport={"width": 390, "height": 900})
    shown(page)
    page.get_by_text("Show the film").click()
    scrub = page.get_by_role("slider", name="Frame")
    expect(scrub).to_have_attribute("aria-valuetext", re.compile("^block14, "))  # the layer that is looked at
    screen = page.locator(".screen canvas")
    last = screen.evaluate("canvas => canvas.toDataURL()")
    scrub.fill("12")
    expect(screen).to_have_accessible_name(re.compile("^block13, .*Grad-CAM of cup, 5 × 5 cells"))
    assert screen.evaluate("canvas => canvas.toDataURL()") != last
    page.get_by_role("button", name="▶ Play").click()
    expect(screen).to_have_accessible_name(re.compile("^block14, "))
    expect(page.get_by_role("button", name="▶ Play")).to_be_visible()  # it has come to its end
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Next frame").click()
    page.wait_for_timeout(1000)  # more than a frame lasts
    expect(scrub).to_have_value("0")

    frame = page.get_by_role("button", name=re.compile("^block5, after the addition"))
    frame.focus()
    frame.press("Enter")
    expect(page.get_by_text("Grad-CAM at block5_sepconv3 (after the addition)")).to_be_visible()
    expect(frame).to_have_attribute("aria-pressed", "true")
    expect(overlay(page)).to_be_in_viewport(ratio=1)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    page.close()

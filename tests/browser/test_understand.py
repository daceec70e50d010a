"""The chapters as a person walks through them: every live part, every answer, a link to a state elsewhere."""

import re

from playwright.sync_api import Page, expect

from explorer.chapters.book import chapters
from tests.browser.serving import wait_until_still
from tests.browser.test_main_path import turn
from tests.browser.test_width import FEW, assert_nothing_cut

LARGEST = re.compile(r"(\d\.\de[-+]\d\d) of their range")


def two_jobs(page: Page) -> None:
    picture = page.get_by_role("group", name=re.compile("^A separable convolution of a red cup"))
    told = picture.locator(".sum")
    before = told.inner_text()
    picture.press("ArrowDown")
    expect(told).not_to_have_text(before)
    expect(page.get_by_role("cell", name="27 + 192 = 219", exact=True)).to_be_visible()


def inception(page: Page) -> None:
    layer = page.locator("[data-kind=layer][data-name=inception_3a_3x3]")
    layer.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("3×3×96×128 + 128 = 110,720")).to_be_visible()
    page.get_by_text("1 × 1 reductions before").click()
    expect(page.get_by_text("3×3×192×128 + 128 = 221,312")).to_be_visible()


def extreme(page: Page) -> None:
    page.get_by_text("4 Extreme", exact=True).first.click()
    expect(page.locator("[data-name=channels_3x3]")).to_be_visible()
    page.get_by_role("slider", name="Towers").last.press("End")
    expect(page.get_by_text(re.compile("Equal")).first).to_be_visible()
    trained = page.get_by_text("Kernels cut from trained layers", exact=True)
    if trained.count():
        trained.click()
        expect(page.get_by_text("block2_shortcut_conv")).to_be_visible(timeout=30_000)
        expect(page.get_by_text(re.compile("Equal")).first).to_be_visible()
    for share in LARGEST.findall(page.get_by_test_id("stMain").inner_text()):
        assert float(share) < 1e-5


def spectrum(page: Page) -> None:
    turn(page, "Channel segments", "End")
    expect(page.get_by_role("cell", name="22,910,480").first).to_be_visible()


def order(page: Page) -> None:
    page.get_by_text("ReLU", exact=True).first.click()
    expect(page.get_by_text("costs no parameters and no multiply-adds")).to_be_visible()
    ask = page.get_by_role("button", name="Ask the trained network")
    if ask.count():
        ask.click()
        expect(page.get_by_role("cell", name=re.compile("^cup 0"))).to_be_visible(timeout=60_000)


def after(page: Page) -> None:
    turn(page, "Depth multiplier", "ArrowRight")
    expect(page.get_by_text("# 128 / 64 = 2")).to_be_visible()


DONE = (two_jobs, inception, extreme, spectrum, order, after)


def test_all_chapters_are_walked_through_and_answered(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{address}/understand")
    for chapter, do in zip(chapters(), DONE, strict=True):
        expect(page.get_by_role("heading", name=f"{chapter.number}. {chapter.title}")).to_be_in_viewport()
        do(page)
        page.get_by_role("button", name="Show the answer").click()
        expect(page.get_by_role("button", name="Hide the answer")).to_be_visible()
        page.locator(".st-key-chapter_next button").click()
    expect(page.get_by_text("6 of 6 read, 6 questions answered")).to_be_visible()
    assert "chapter=6" in page.url
    page.close()


def test_a_chapters_link_leads_to_its_state_and_knobs_come_back(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{address}/?middle_repeats=3")
    expect(page.get_by_role("slider", name="Middle-flow modules")).to_have_value("3")
    wait_until_still(page)
    page.get_by_role("link", name="Understand").first.click()
    expect(page.get_by_role("heading", name="1. A convolution")).to_be_visible()
    expect(page.get_by_role("slider", name="Middle-flow modules")).to_have_count(0)
    page.get_by_role("link", name="Architecture", exact=True).first.click()
    expect(page.get_by_role("slider", name="Middle-flow modules")).to_have_value("3")
    expect(page).to_have_url(re.compile("middle_repeats=3"))
    page.get_by_role("link", name="Understand").first.click()
    page.get_by_role("link", name=re.compile("Two depthwise maps for each channel")).click()
    expect(page.get_by_role("slider", name="Depth multiplier")).to_have_value("2")
    expect(page.get_by_role("slider", name="Middle-flow modules")).to_have_value("8")
    page.go_back()
    expect(page.get_by_role("heading", name="1. A convolution")).to_be_visible()
    page.close()


def test_nothing_of_a_chapter_is_cut(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{address}/understand")
    for chapter in chapters():
        expect(page.get_by_role("heading", name=f"{chapter.number}. {chapter.title}")).to_be_visible()
        assert_nothing_cut(page, chapter.title, FEW[1:])
        page.locator(".st-key-chapter_next button").click()
    page.close()

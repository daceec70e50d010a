"""The page of chapters, without a browser."""

from explorer.chapters.book import chapters
from explorer.ui.understand.parts import registry
from tests.pages.test_pages import opened, words

PAGE = "app_pages/understand.py"


def test_every_chapter_opens_and_answers():
    app = opened(PAGE)
    for chapter in chapters():
        assert not app.exception and not app.error, chapter.title
        assert app.header[0].value == f"{chapter.number}. {chapter.title}"
        answer = chapter.answer[0].markdown[:40]
        assert answer not in words(app)
        app.button(key="show_answer").click().run()
        assert answer in words(app), chapter.title
        assert f"{chapter.number} question" in words(app)
        app.button(key="chapter_next").click().run()
    count = len(chapters())
    assert f"{count} of {count} read, {count} questions answered" in words(app)


def test_the_calculator_counts_whatever_is_asked():
    app = opened(PAGE, chapter="1")
    assert "27 + 192 = 219" in str([html.proto.body for html in app.get("html")])
    app.number_input(key="calculator_filters").set_value(1).run()
    app.select_slider(key="calculator_kernel").set_value(1).run()
    assert "cost **more**" in words(app)


def test_a_link_opens_a_chapter_and_a_wrong_number_is_mended():
    assert opened(PAGE, chapter="3").header[0].value.startswith("3.")
    assert "chapter: must be one of 1, 2" in words(opened(PAGE, chapter="77"))


def test_a_place_of_an_unknown_name_is_a_sentence_on_the_page(monkeypatch):
    monkeypatch.delitem(registry.PARTS, "calculator")
    app = opened(PAGE)
    assert "A live part called *calculator* should stand here" in words(app)


def test_knobs_rest_on_this_page_and_stand_as_they_were_on_the_next():
    app = opened()
    app.slider(key="middle_repeats").set_value(3).run()
    app.switch_page(PAGE).run()
    assert not app.slider, "no knob is drawn that would not act"
    app.switch_page("app_pages/architecture.py").run()
    assert app.slider(key="middle_repeats").value == 3
    app.slider(key="middle_repeats").set_value(4).run()
    assert app.slider(key="middle_repeats").value == 4

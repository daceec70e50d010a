import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.widgets.plain_words import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# head.jpg", r"\# head.jpg"),
        ("![i](http://x.png) **b**.jpg", r"\!\[i\]\(http\://x.png\) \*\*b\*\*.jpg"),
        ("$\\frac{1}{2}$", r"\$\\frac\{1\}\{2\}\$"),
        (":material/delete: :red[x]", r"\:material/delete\: \:red\[x\]"),
        ("two\n\nlines <b>", r"two lines \<b\>"),
        ("fetch it by `python -m explorer`", "fetch it by `python -m explorer`"),
        ("one ` alone, *b*", r"one \` alone, \*b\*"),
    ],
)
def test_markup_is_shown_as_it_was_written(text, shown):
    assert plain(text) == shown


def test_a_knobs_error_is_plain_words():
    def app():
        from explorer.ui.knobs.sidebar import architecture_controls

        architecture_controls()

    page = AppTest.from_function(app).run()
    page.text_input(key="fully_connected").set_value("**x**").run()
    assert not page.exception
    assert r"got '\*\*x\*\*'" in page.error[0].value


def test_a_badge_names_no_options_of_the_command_line():
    def page():
        from explorer.ui.choose.weights_choice import show_badge

        show_badge("altered", "mine", ("224 px is assumed; --input-size chooses another.",))

    assert AppTest.from_function(page).run().caption[0].value == "224 px is assumed."

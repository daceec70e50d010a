"""A picture and what the network says about it, side by side; a second network's answer with it."""

from functools import partial

import streamlit as st

from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.registry import network_of
from explorer.figures.charts.prediction import top_predictions, two_predictions
from explorer.ui.choose.beside import Beside, choose_beside, title_of
from explorer.ui.choose.target_choice import percent
from explorer.ui.choose.weights_choice import show_badge
from explorer.ui.pictures.cover_choice import choose_cover
from explorer.ui.pictures.cover_panel import show_cover
from explorer.ui.session import cache
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.plain_words import plain
from explorer.vision.look import Look
from explorer.vision.results import Prediction, certainty

_SHOWN = 5
_PICTURE_PX = 300
"""Height of the picture: with its probabilities beside it, it stands on the first screen of a small notebook."""

_ENGINES = {"openvino": "OpenVINO", "tensorflow": "TensorFlow"}


def show_answer(look: Look, truth: str) -> Beside | None:
    """The picture at the left, its probabilities at the right; what was chosen to stand beside them.

    Args:
        look: The picture in the network.
        truth: What is known of the picture beforehand, a sentence in Markdown or "".
    """
    seen = cache.seen_in(look)
    scene = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        is_covered = choose_cover() is not None
        beside = None if is_covered else choose_beside(look)
    if is_covered:
        with scene:
            show_cover(look)
        return None
    original, answer = scene.columns((5, 6), gap="medium")
    with original:
        _show_picture(look, seen)
        st.markdown(truth)
    with answer:
        if beside is None or beside.look is None:
            _show_one(look, cache.prediction(look))
        else:
            _show_both(look, beside.look, beside.title)
    return beside


def answer_words(look: Look) -> str:
    """The most probable class in a few words: "cup 83.1 %"."""
    best = cache.prediction(look).top[0]
    return f"{best.label or f'output {best.index}'} {percent(best.probability)}"


def _show_picture(look: Look, seen: cache.Seen) -> None:
    width = round(_PICTURE_PX * seen.width / seen.height)
    st.image(seen.preview, width=max(width, 1), alt=look.picture.alt)
    st.caption(f"{plain(look.picture.name)}, {seen.width} × {seen.height} px, upright")


def _show_one(look: Look, prediction: Prediction) -> None:
    _show_chart(look, prediction)
    st.caption(f"{_certainty(prediction)} {_duration(look, prediction)}")


def _show_both(look: Look, other_look: Look, other_title: str) -> None:
    predictions = (cache.prediction(look), cache.prediction(other_look))
    labels = _labels(look)
    titles = (_title(look), other_title)
    is_alike = labels is not None and labels == _labels(other_look)
    if is_alike:
        first, second = (each.probabilities for each in predictions)
        show_chart(two_predictions(labels or (), (first, second), titles), "chart_two_predictions")
    for place, title, each, prediction in zip(
        st.columns(2, gap="medium"), titles, (look, other_look), predictions, strict=True
    ):
        with place:
            st.header(title)
            provenance = prediction.provenance
            show_badge(provenance.state, f"{provenance.state}: {provenance.source}", provenance.sentences)
            if not is_alike:
                _show_chart(each, prediction)
            st.caption(f"{_certainty(prediction)} {_duration(each, prediction)}")


def _title(look: Look) -> str:
    return title_of(look.weights) if isinstance(look.weights, TrainedWeights) else network_of(look.config).title


def _labels(look: Look) -> tuple[str, ...] | None:
    """What the classes are called; None where nobody knows."""
    return cache.trained(look.weights).class_names if look.weights else None


def _show_chart(look: Look, prediction: Prediction) -> None:
    provenance = prediction.provenance
    top = prediction.top[:_SHOWN]
    names = tuple(each.label or f"output {each.index}" for each in top)
    probabilities = tuple(each.probability for each in top)
    drawn = partial(top_predictions, names, probabilities, provenance.state)
    key = f"chart_prediction {provenance.source} {provenance.state}"
    # Known by the picture, too, with which it goes.
    show_chart(cache.chart(drawn, look.picture.digest, names, probabilities, provenance.state), key)


def _certainty(prediction: Prediction) -> str:
    share = prediction.entropy_share
    return (
        f"The network is **{certainty(share)}**: entropy {prediction.entropy_bits:.2f} of at most "
        f"{prediction.max_entropy_bits:.2f} bits ({100 * share:.0f} %)."
    )


def _duration(look: Look, prediction: Prediction) -> str:
    engine, version = prediction.engine.split(maxsplit=1)
    return (
        f"{1000 * prediction.seconds:.0f} ms for the pass through {network_of(look.config).title}, by "
        f"{_ENGINES[engine]} {version}."
    )

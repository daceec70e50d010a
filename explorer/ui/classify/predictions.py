"""What the network says about pictures: one in detail, several in a table."""

from collections.abc import Mapping
from typing import Literal

import pandas as pd
import streamlit as st

from explorer.arch.knobs import Config
from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.registry import network_of
from explorer.errors import ImageError
from explorer.figures.charts.prediction import top_predictions, two_predictions
from explorer.model.sources.known import WeightsSource
from explorer.ui.choose.beside import choose_beside, title_of
from explorer.ui.choose.weights_choice import show_badge
from explorer.ui.session import cache
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.plain_words import plain
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture
from explorer.vision.results import Prediction, certainty

_SHOWN = 5
_ENGINES = {"openvino": "OpenVINO", "tensorflow": "TensorFlow"}
_FEW_CLASSES = 20
"""Up to here a network is so narrow that most pictures show none of its classes."""


def show_predictions(pictures: tuple[Picture, ...], config: Config, source: WeightsSource) -> None:
    """Classifies the pictures and shows one in detail; of several, all in a table too."""
    readable = _readable(pictures, config, source)
    if not readable:
        return
    answers = {each: cache.prediction(cache.look_at(each, config, source)) for each in readable}
    if len(pictures) > 1:
        _table(answers)
    shown = next(iter(answers))
    if len(answers) > 1:
        shown = st.selectbox("In detail", tuple(answers), format_func=lambda each: each.name)
    _detail(cache.look_at(shown, config, source), answers[shown])


def _readable(pictures: tuple[Picture, ...], config: Config, source: WeightsSource) -> dict[Picture, cache.Seen]:
    """The pictures that can be read; says of each other what is wrong with it."""
    readable = {}
    for each in pictures:
        try:
            readable[each] = cache.seen_in(cache.look_at(each, config, source))
        except ImageError as error:
            st.error(f"**{plain(each.name)}**: {plain(str(error))}", icon=":material/broken_image:")
    return readable


def _detail(look: Look, prediction: Prediction) -> None:
    seen = cache.seen_in(look)
    beside = choose_beside(look)
    if beside is None or beside.look is None:
        original, answer, network = st.columns((3, 4, 2), gap="medium")
        with original:
            _show_original(look, seen)
        with answer:
            st.header("The answer")
            _show_answer(look, prediction)
        with network:
            st.header("What it saw")
            _show_seen(look, seen)
        return
    original, answers = st.columns((2, 6), gap="medium")
    with original:
        _show_original(look, seen)
    other = cache.prediction(beside.look)
    alike = _labels(look) is not None and _labels(look) == _labels(beside.look)
    titles = (_title(look), beside.title)
    with answers:
        st.header("Both answers")
        if alike:
            labels, probabilities = _labels(look) or (), (prediction.probabilities, other.probabilities)
            show_chart(two_predictions(labels, probabilities, titles), "chart_two_predictions")
        asked = ((look, prediction), (beside.look, other))
        for place, title, (each, answered) in zip(st.columns(2, gap="medium"), titles, asked, strict=True):
            with place:
                st.subheader(title)
                _show_answer(each, answered, chart=not alike)
                _show_seen(each, cache.seen_in(each), width=150, place=title)


def _title(look: Look) -> str:
    return title_of(look.weights) if isinstance(look.weights, TrainedWeights) else network_of(look.config).title


def _labels(look: Look) -> tuple[str, ...] | None:
    """What the classes are called; None where nobody knows."""
    return cache.trained(look.weights).class_names if look.weights else None


def _show_original(look: Look, seen: cache.Seen) -> None:
    st.header("The picture")
    st.image(seen.preview, width="stretch", alt=look.picture.alt)
    st.caption(f"{plain(look.picture.name)}, {seen.width} × {seen.height} px, upright")


def _show_answer(look: Look, prediction: Prediction, *, chart: bool = True) -> None:
    """Badge, probabilities, certainty and time of one network."""
    provenance = prediction.provenance
    show_badge(provenance.state, f"{provenance.state}: {provenance.source}", provenance.sentences)
    if chart:
        top = prediction.top[:_SHOWN]
        names = [each.label or f"output {each.index}" for each in top]
        key = f"chart_prediction {provenance.source} {provenance.state}"
        show_chart(top_predictions(names, [each.probability for each in top], provenance.state), key)
    st.caption(_certainty(prediction))
    if prediction.logits.size <= _FEW_CLASSES:
        st.caption(
            f"These weights know {prediction.logits.size} classes and nothing else: every picture is forced into "
            "one of them, whatever it shows. A high entropy is the network's way of saying that it does not know; "
            "a low one is no proof that it does."
        )
    engine, version = prediction.engine.split()
    st.caption(
        f"{1000 * prediction.seconds:.0f} ms for the pass through {network_of(look.config).title}, by "
        f"{_ENGINES[engine]} {version}."
    )


def _show_seen(
    look: Look, seen: cache.Seen, width: "int | Literal['stretch']" = "stretch", place: str = "alone"
) -> None:
    """The picture as the network gets it; `place` tells apart what is shown twice."""
    st.image(seen.as_seen, width=width, alt=f"{look.picture.alt}, squashed to the square that the network gets")
    preprocessing = cache.network(look.config, look.weights).preprocessing
    is_told = look.weights is None or cache.trained(look.weights).told_preprocessing
    st.caption(
        f"{seen.tensor.shape[1]} × {seen.tensor.shape[2]} px: squashed to a square, bilinear; then "
        f"{preprocessing.words}, {'as in training' if is_told else 'which is assumed'}."
    )
    st.download_button(
        "Tensor as PNG",
        seen.as_seen,
        "as-seen.png",
        "image/png",
        icon=":material/image:",
        on_click="ignore",
        key=f"tensor {place}",
    )


def _certainty(prediction: Prediction) -> str:
    share = prediction.entropy_share
    return (
        f"The network is **{certainty(share)}**: entropy {prediction.entropy_bits:.2f} of at most "
        f"{prediction.max_entropy_bits:.2f} bits ({100 * share:.0f} %)."
    )


def _table(answers: Mapping[Picture, Prediction]) -> None:
    frame = pd.DataFrame([_row(picture, prediction) for picture, prediction in answers.items()])
    st.dataframe(
        frame.assign(Probability=100 * frame["Probability"]),
        hide_index=True,
        alt=f"The most probable class of each of {len(answers)} pictures.",
        column_config={"Probability": st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100)},
    )
    st.download_button(
        "Predictions as CSV",
        frame.assign(Picture=frame["Picture"].map(_no_formula)).to_csv(index=False),
        "predictions.csv",
        "text/csv",
        icon=":material/table:",
        on_click="ignore",
    )


def _no_formula(name: str) -> str:
    """A file's name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t")) else name


def _row(picture: Picture, prediction: Prediction) -> dict[str, str | float]:
    best, *others = prediction.top
    second = others[0]
    return {
        "Picture": picture.name,
        "Class": best.label or f"output {best.index}",
        "Probability": best.probability,
        "Second": f"{second.label} ({100 * second.probability:.1f} %)",
        "Entropy (bits)": round(prediction.entropy_bits, 3),
        "Weights": f"{prediction.provenance.source} ({prediction.provenance.state})",
        "Milliseconds": round(1000 * prediction.seconds, 1),
    }

"""What the network says about several pictures: a table, and a file of it."""

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from explorer.errors import ImageError
from explorer.ui.choose.choice_bar import Choice
from explorer.ui.session import cache
from explorer.ui.widgets.plain_words import plain
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture
from explorer.vision.results import Prediction


def show_several(choice: Choice) -> None:
    """A row for each picture that can be read; says of each other what is wrong with it."""
    looks = (cache.look_at(each, choice.config, choice.source) for each in choice.pictures)
    rows = [_row(look.picture, cache.prediction(look)) for look in _readable(looks, choice.pictures[0])]
    if not rows:
        return
    st.header("All your pictures")
    frame = pd.DataFrame(rows)
    st.dataframe(
        frame.assign(Probability=100 * frame["Probability"]),
        hide_index=True,
        alt=f"The most probable class of each of {len(rows)} pictures.",
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


def _readable(looks: Iterator[Look], opened: Picture) -> Iterator[Look]:
    for look in looks:
        try:
            cache.seen_in(look)
        except ImageError as error:
            if look.picture != opened:  # of that one it is said where it would be shown
                st.error(f"**{plain(look.picture.name)}**: {plain(str(error))}", icon=":material/broken_image:")
        else:
            yield look


def _no_formula(name: str) -> str:
    """A file's name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t")) else name


def _row(picture: Picture, prediction: Prediction) -> dict[str, str | float]:
    best, second, *_ = prediction.top
    return {
        "Picture": picture.name,
        "Class": best.label or f"output {best.index}",
        "Probability": best.probability,
        "Second": f"{second.label or f'output {second.index}'} ({100 * second.probability:.1f} %)",
        "Entropy (bits)": round(prediction.entropy_bits, 3),
        "Weights": f"{prediction.provenance.source} ({prediction.provenance.state})",
        "Milliseconds": round(1000 * prediction.seconds, 1),
        "Engine": prediction.engine,
    }

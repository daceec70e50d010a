"""Accuracy against cost: what was published, over what is counted here."""

from functools import partial
from typing import get_args

import pandas as pd
import streamlit as st

from explorer.counting.published.accuracy import Accuracy, AccuracyPoint, accuracy_points, without_accuracy
from explorer.figures.comparison.accuracy import ACCURACY_TITLES, accuracy_against_cost
from explorer.ui.architecture.network_charts import cost_control
from explorer.ui.session import cache
from explorer.ui.widgets.charts import show_chart


@st.fragment
def show_accuracy() -> None:
    """The choice of accuracy and of cost, the chart, and every point with its source."""
    row = st.container(horizontal=True)
    with row:
        accuracy = _accuracy_control()
        by = cost_control("cost_of_accuracy")
    points = accuracy_points()
    show_chart(cache.chart(partial(accuracy_against_cost, points, accuracy=accuracy, by=by), accuracy, by), "accuracy")
    st.caption(
        "On the validation set of ImageNet (ILSVRC-2012), as each source prints it: none of it was measured here. The "
        "sources differ in weights, crops and scaling, so differences of a percent say little. Parameters and "
        f"multiply-adds are counted here. Without a published figure: {', '.join(without_accuracy())}."
    )
    st.dataframe(
        _frame(points).style.format(thousands=",", na_rep="–", formatter=_FORMATS),
        hide_index=True,
        alt="Every published accuracy with its network, configuration, cost and source.",
    )


def _accuracy_control() -> Accuracy:
    options: tuple[Accuracy, ...] = get_args(Accuracy)
    return st.segmented_control(
        "Accuracy",
        options,
        default=options[0],
        required=True,
        format_func=ACCURACY_TITLES.__getitem__,
        key="accuracy_of_networks",
    )


def _as_printed(value: float) -> str:
    """At least three digits, more where the source has them: 0.790, 0.79058."""
    return max(f"{value:.3f}", f"{value:.5f}".rstrip("0"), key=len)


_FORMATS = {"Top-1": _as_printed, "Top-5": _as_printed}


def _frame(points: tuple[AccuracyPoint, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Network": point.network,
                "Configuration": point.turned or "its own",
                "Top-1": point.top1,
                "Top-5": point.top5,
                "Parameters": point.params,
                "MACs": point.macs,
                "Source": point.source,
                "Note": point.note,
            }
            for point in points
        ]
    )

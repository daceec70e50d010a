"""The window of a depthwise kernel over real pixels: walked by sliders or a click, with its products and their sum."""

from dataclasses import dataclass

import streamlit as st

from explorer.figures.maps.common_scale import common_scale
from explorer.figures.maps.kernel_table import products_html
from explorer.figures.real_numbers import significant
from explorer.ui.features.layer_view import LayerView
from explorer.ui.features.map_cells import map_cells
from explorer.vision.features.separable_steps import SeparableSteps
from explorer.vision.features.windows import WindowSum

_ROW, _COLUMN = "window_row", "window_column"
_READ = "window_input"


def place_window(row: int, column: int) -> None:
    """Puts the window over a pixel; to be called before it is drawn, as in a callback."""
    st.session_state[_ROW], st.session_state[_COLUMN] = row, column


@dataclass(frozen=True, slots=True)
class Start:
    """Where the window stands until it is moved.

    Attributes:
        row: Of the depthwise map.
        column: Likewise.
        lane: Which of the shown depthwise outputs it belongs to.
    """

    row: int
    column: int
    lane: int


@st.fragment
def show_window(view: LayerView, steps: SeparableSteps, start: Start) -> None:
    """The window of one of the kernels over the map that it reads."""
    st.subheader("The window, step by step", anchor=False)
    st.markdown(
        "A depthwise kernel looks at one channel through a small window. **Walk it** with the sliders, or click the "
        "map: at each place its numbers are multiplied with the pixels beneath, and the products are added up."
    )
    seen, told = st.columns((4, 7), gap="large")
    with told:
        lane = _choose_lane(steps, start.lane)
    read, output = int(steps.inputs[lane]), int(steps.outputs[lane])
    rows, columns = steps.total.shape
    if not _stands_inside(rows, columns):
        place_window(start.row, start.column)
    with told:
        row = _slider("Row", _ROW, rows)
        column = _slider("Column", _COLUMN, columns)
        window = steps.window(row, column, read, output)
        st.html(products_html(window.pixels, window.kernel, window.products))
        whole = f"the depthwise map{_before_bias(steps, lane)}"
        if steps.reads > 1:
            whole = f"the part of input channel {read} of the first half's map"
        beyond = "" if window.inside.all() else " What lies beyond the edge of the map counts as 0."
        st.markdown(
            f"**{significant(window.sum, 4)}** is {whole} of {lane_title(steps, lane)} in row {row}, column {column}."
            f"{beyond}"
        )
    with seen:
        _show_map(view, steps, lane, row, column, window)


def _before_bias(steps: SeparableSteps, lane: int) -> str:
    return "" if steps.depthwise_bias is None else f", before its bias of {significant(steps.depthwise_bias[lane])},"


def lane_title(steps: SeparableSteps, lane: int) -> str:
    """Of one of the shown depthwise outputs."""
    return path_title(int(steps.inputs[lane]), int(steps.outputs[lane]))


def path_title(read: int, output: int) -> str:
    """Of a depthwise output: by the input channel that it reads, and its own number where that differs."""
    return f"channel {read}" if read == output else f"channel {read} → {output}"


def _choose_lane(steps: SeparableSteps, start: int) -> int:
    titles = [lane_title(steps, lane) for lane in range(len(steps.outputs))]
    if st.session_state.get(_READ) not in titles:
        st.session_state[_READ] = titles[start]
    chosen = st.pills("Input", titles, required=True, wrap=True, key=_READ)
    return titles.index(chosen) if chosen else start


def _stands_inside(rows: int, columns: int) -> bool:
    row, column = st.session_state.get(_ROW), st.session_state.get(_COLUMN)
    return row is not None and column is not None and row < rows and column < columns


def _slider(label: str, key: str, size: int) -> int:
    """A place along an axis; no slider where there is only one."""
    if size == 1:
        return 0
    st.session_state[key] = st.session_state[key]  # kept while the sliders were not drawn
    return st.slider(label, 0, size - 1, key=key)


def _show_map(view: LayerView, steps: SeparableSteps, lane: int, row: int, column: int, window: WindowSum) -> None:
    values = steps.input_maps[..., lane]
    map_cells(
        values,
        int(steps.inputs[lane]),
        common_scale(values, signed=bool(values.min() < 0), covered_percent=99.5),
        steps.walk.middle(row, column),
        alt=f"Input {lane_title(steps, lane)} of {steps.layer}, the window around row {row}, column {column}",
        badge=view.badge,
        key="window_map",
        on_choose=lambda *pixel: place_window(*steps.walk.nearest(*pixel)),
        window=(window.left, window.top, window.kernel.shape[1], window.kernel.shape[0]),
    )

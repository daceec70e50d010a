"""Networks side by side in one scrolling area: chosen and searched in the browser, opened at the server."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from explorer.counting.alignment import StageTally
from explorer.counting.tally import Sums, Tally
from explorer.figures.aligned.drawing import aligned_drawing, stage_words
from explorer.figures.aligned.layout import AlignedLayout
from explorer.figures.diagram.structure import runs
from explorer.figures.heat.colouring import Colouring
from explorer.figures.theme import NETWORK_COLOURS
from explorer.quantities import memory, rounded
from explorer.ui.browser import browser_file
from explorer.ui.widgets.clickable_diagram import read_click, toggled

_FILES = ("nearest.js", "diagrams/choosing.js", "diagrams/finding.js", "diagrams/diagrams.js")

# Once for the process: a component that is registered again on every run loses its state.
_component = st.components.v2.component(
    "aligned_diagrams",
    html=browser_file("diagrams/diagrams.html"),
    css=browser_file("diagrams/diagrams.css"),
    js="\n".join(map(browser_file, _FILES)),
)


def aligned_diagrams(tallies: Mapping[str, Tally], key: str, colouring: Colouring | None = None) -> None:
    """Draws the networks side by side, with a field to find layers above and what is chosen below.

    Which modules are open lives in the session under `key`, network by network. Call it inside a fragment, and a
    module that opens redraws nothing else on the page.

    Args:
        tallies: The networks by title, one to four.
        key: Unique on the page.
        colouring: What the colours of layers and closed modules say; None: nothing but their flow.
    """
    opened: dict[str, frozenset[str]] = st.session_state.get(_opened(key), {})
    laid_out, drawn = aligned_drawing(
        tuple(tallies.values()), tuple(opened.get(title, frozenset()) for title in tallies), colouring
    )
    columns = [
        column_data(title, tally, laid_out, position)
        | {"svg": drawn[position], "colour": NETWORK_COLOURS[position % len(NETWORK_COLOURS)]}
        for position, (title, tally) in enumerate(tallies.items())
    ]
    _component(key=key, data={"columns": columns}, on_clicked_change=partial(_take, dict(tallies), key))


def column_data(title: str, tally: Tally, laid_out: AlignedLayout, position: int) -> dict[str, Any]:
    """What the browser is told of a network: totals and stages in words, and where each layer is.

    Of each module `card` is the one that stands for it where equal ones are closed; a stage is told by its number
    among the bands.
    """
    numbers: dict[str, int] = {}
    stages = []
    for number, band in enumerate(laid_out.bands):
        stage = band.row.networks[position]
        numbers |= {layer.node.name: number for layer in stage.layers}
        stages.append({"name": stage_words(band.row, position), "whole": _sums(stage)})
    places = laid_out.columns[position].places
    cards = {name: run.first.name for flow in tally.graph.flows for run in runs(tally, flow.name) for name in run.names}
    return {
        "title": title,
        "brief": f"{rounded(tally.params)} parameters · {rounded(tally.macs)} MACs",
        "whole": _sums(tally),
        "stages": stages,
        "modules": [
            {
                "name": module.name,
                "card": cards[module.name],
                "stage": places[module.name],
                # The image belongs to no stage; it is drawn where its module is.
                "layers": [
                    (layer.node.name, numbers.get(layer.node.name, places[module.name])) for layer in module.layers
                ],
            }
            for module in tally.module_tallies
        ],
    }


def _sums(of: Sums) -> str:
    """What some layers cost together, in words."""
    if isinstance(of, StageTally) and not of.layers:
        return "no layers of this size"
    convolutions = f"{of.conv_layers} convolutional layer{'' if of.conv_layers == 1 else 's'}"
    return " · ".join(
        (
            convolutions,
            f"{rounded(of.params)} parameters",
            f"{rounded(of.macs)} MACs",
            f"{memory(of.activation_bytes)} maps",
        )
    )


def open_after(
    tallies: Mapping[str, Tally], opened: Mapping[str, frozenset[str]], value: object
) -> dict[str, frozenset[str]]:
    """Which modules are open after the browser has said `value`: a module is opened or closed, a layer's is opened.

    What names no network, module or layer of these changes nothing.
    """
    after = dict(opened)
    network = value.get("network") if isinstance(value, Mapping) else None
    if type(network) is not int or not 0 <= network < len(tallies):
        return after
    title, tally = list(tallies.items())[network]
    click = read_click(tally, value)
    if click is None:
        return after
    own = after.get(title, frozenset())
    if click.layer is None or click.module not in own:
        after[title] = toggled(tally, own, click.module)
    return after


def _take(tallies: Mapping[str, Tally], key: str) -> None:
    """Runs before the page does, with the networks that the person saw when clicking."""
    opened = st.session_state.get(_opened(key), {})
    st.session_state[_opened(key)] = open_after(tallies, opened, st.session_state[key].get("clicked"))


def _opened(key: str) -> str:
    return f"{key}-opened"

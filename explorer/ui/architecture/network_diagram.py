"""The diagram, and beside it the arithmetic of what is selected in it."""

import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.named import title_of
from explorer.counting.formula import Formula, macs_formula, params_formula
from explorer.counting.reading import reading
from explorer.counting.tally import GroupTally, LayerTally, Tally
from explorer.figures.diagram.drawing import LEGEND
from explorer.quantities import exact, shape, share
from explorer.ui.architecture.drawing_choice import choose_drawing
from explorer.ui.colours.asked_colours import asked_colours
from explorer.ui.colours.colouring_choice import show_legend
from explorer.ui.colours.time_colours import offer_times, takes_long
from explorer.ui.session.error_boundary import explained
from explorer.ui.widgets.clickable_diagram import Click, architecture_diagram, close_selection

_DIAGRAM, _ARITHMETIC = "diagram", "arithmetic"
_COLOURED = "edges: the flow's colour · without colour: none · of equal modules: that of the first"

# The diagram can be taller than the screen: what a click shows stays in sight below it.
_STAYS_IN_SIGHT = f"""<style>
div:has(> .st-key-{_ARITHMETIC}) {{ position: sticky; bottom: 0.75rem; z-index: 5; }}
.st-key-{_ARITHMETIC} {{ background: Canvas; box-shadow: 0 0 14px rgb(0 0 0 / 12%);
  max-height: 45vh; overflow-y: auto; }}
</style>"""


def show_network_diagram(config: Config, tally: Tally) -> None:
    """The network as in the paper's figure 5; a click opens a module, a click on a layer shows its formula.

    To be called outside of fragments: what is clicked redraws nothing else, unless there is something to measure.
    """
    (_show if takes_long((config,)) else _show_at_once)(config, tally)


@st.fragment
def _show_at_once(config: Config, tally: Tally) -> None:
    if takes_long((config,)):
        st.rerun()
    _show(config, tally)


def _show(config: Config, tally: Tally) -> None:
    st.markdown("Click a module to open it, then a layer to see its arithmetic. With the keyboard: Tab, then Enter.")
    row, below = st.container(horizontal=True, vertical_alignment="bottom", gap="small"), st.container()
    maps = None
    with below:
        name, is_photograph_wanted, chosen = choose_drawing(row)
        if chosen is not None:
            # Imported here: who wants no photograph does not wait for what pictures need.
            from explorer.ui.architecture.photograph import maps_of, say_weights
            from explorer.ui.choose.fitting_weights import look_at_by_fitting_weights

            with explained():
                look = look_at_by_fitting_weights(config, chosen)
                say_weights(look, config, row)
                maps = maps_of(look) if is_photograph_wanted else None
        colours = asked_colours(name, {title_of(config): config}, chosen)
    if colours.colouring is not None:
        with row:
            show_legend((tally,), colours.colouring)
    click = architecture_diagram(tally, _DIAGRAM, f".st-key-{_ARITHMETIC}", colours.colouring, maps)
    if colours.words:
        st.caption(colours.words)
    st.caption(f"{LEGEND} · {_COLOURED}" if colours.colouring else LEGEND)
    if click is not None:
        _show_selected(click, tally)
    if takes_long((config,)):
        with below:
            offer_times((config,))


def _show_selected(click: Click, tally: Tally) -> None:
    st.html(_STAYS_IN_SIGHT)
    with st.container(border=True, key=_ARITHMETIC, horizontal=True, gap="small"):
        with st.container(width="stretch"):
            if click.layer is None:
                _show_module(next(m for m in tally.module_tallies if m.name == click.module), tally)
            else:
                _show_layer(tally.by_name[click.layer])
        st.button("Close", icon=":material/close:", on_click=close_selection, args=(_DIAGRAM,), key="close_arithmetic")


def _show_module(module: GroupTally, tally: Tally) -> None:
    st.markdown(
        f"**{module.title}** · {shape(module.input_shape)} → {shape(module.output_shape)} · "
        f"{module.conv_layers} convolutional layers  \n"
        f"{exact(module.params)} parameters ({share(module.params, tally.params)} of the network), "
        f"{exact(module.macs)} MACs ({share(module.macs, tally.macs)}). Click a layer to see its arithmetic."
    )


def _show_layer(layer: LayerTally) -> None:
    node = layer.node
    before = ", ".join(shape(each) for each in layer.input_shapes)
    shapes = f"{before} → {shape(layer.output_shape)}" if before else shape(layer.output_shape)
    st.markdown(f"**{node.name}** · {type(node.op).__name__} · {shapes}")
    params, macs = st.columns(2)
    with params:
        _show_formula("Parameters", params_formula(layer), "This layer has no parameters.")
    with macs:
        _show_formula("Multiply-adds (MACs)", macs_formula(layer), "No multiply-adds are counted for this layer.")
    st.caption(reading(layer))


def _show_formula(title: str, formula: Formula | None, none: str) -> None:
    if formula is None:
        st.caption(none)
        return
    st.markdown(f"{title}  \n`{formula.text}`")
    st.caption("; ".join(f"{term.text}: {term.meaning}" for term in formula.explained))

"""The network drawn as in the paper's figure 5: its flows side by side, as SVG. Source: arXiv:1610.02357."""

from html import escape

from explorer.counting.tally import Tally
from explorer.figures.diagram.layout import layout
from explorer.figures.diagram.live_maps import LiveMaps
from explorer.figures.diagram.svg import PALETTES, Manner, PaletteName, draw, svg
from explorer.figures.heat.colouring import Colouring
from explorer.figures.heat.scale import heat
from explorer.figures.theme import flow_colours
from explorer.quantities import exact, shape

LEGEND = "/2: stride 2 · MAC: one multiply-add, for one image · shapes: height × width × channels"
"""How to read the marks in the boxes."""

_GAP, _EDGE, _HEADING = 18.0, 28.0, 92.0


def diagram_svg(
    tally: Tally,
    *,
    opened: frozenset[str] = frozenset(),
    selected: str | None = None,
    palette: PaletteName = "light",
    columns: int | None = None,
) -> str:
    """The whole network as one standalone picture.

    Args:
        tally: The network.
        opened: Names of the modules whose layers are shown; of a run of equal modules the first one counts.
        selected: Name of a layer to be marked.
        palette: "light" and "dark" have colours of their own, "auto" takes those of Streamlit's theme, "page" what a
            page calls `--ink` and `--paper`.
        columns: Flows side by side, at least 1; all of them if not given.
    """
    paper = PALETTES[palette].paper
    flows = layout(tally, opened, interactive=False)
    columns = min(columns or len(flows), len(flows))
    rows = [flows[i : i + columns] for i in range(0, len(flows), columns)]
    colours = flow_colours(tally.graph)
    manner = Manner(selected, interactive=False)
    body: list[str] = []
    y = _HEADING
    for row in rows:
        height = max(flow.height for flow in row)
        for position, flow in enumerate(row):
            x = _EDGE + position * (flow.width + _GAP)
            panel = f'<rect class="panel" width="{flow.width:g}" height="{height:g}" rx="14"/>'
            drawn = "".join(draw(item, manner) for item in flow.items)
            where = f'transform="translate({x:g} {y:g})"'
            body.append(f'<g {where} color="{colours[flow.flow.name]}">{panel}{drawn}</g>')
        y += height + _GAP
    width = 2 * _EDGE + columns * flows[0].width + (columns - 1) * _GAP
    height = y + 2 * _EDGE - 12
    facts = (
        f"{shape(tally.graph.input_shape)} image · {exact(tally.params)} parameters · {exact(tally.macs)} multiply-adds"
    )
    heading = (
        f'<rect width="{width:g}" height="{height:g}" fill="{paper}"/>'
        f'<text class="network" x="{_EDGE:g}" y="50">{escape(tally.graph.title)}</text>'
        f'<text class="body" x="{_EDGE:g}" y="72">{escape(facts)}</text>'
    )
    legend = f'<text class="small" x="{_EDGE:g}" y="{y + 10:g}">{escape(LEGEND)}</text>'
    drawn = "".join([heading, *body, legend])
    return svg(width, height, tally.graph.title, _description(tally), palette, drawn, False)


def flow_svgs(
    tally: Tally,
    *,
    opened: frozenset[str] = frozenset(),
    selected: str | None = None,
    palette: PaletteName = "auto",
    colouring: Colouring | None = None,
    live: LiveMaps | None = None,
) -> tuple[str, ...]:
    """Each flow as a picture of its own whose modules and layers are buttons, without a ground; see `diagram_svg`.

    A button has `data-kind` ("module" or "layer") and `data-name`. With a `colouring` every layer, and every module
    that is closed, is filled with the colour of its amount; of equal modules, with that of each one. With `live` maps
    the photograph stands where it goes in, and in each module the map of what it hands on; the address of the file
    that they are in is `data-address`, from the app's root.
    """
    colours = flow_colours(tally.graph)
    manner = Manner(selected, interactive=True, heat=heat(tally, colouring) if colouring else None)
    return tuple(
        svg(
            flow.width,
            flow.height,
            flow.flow.title,
            "",
            palette,
            f'<g color="{colours[flow.flow.name]}">' + "".join(draw(item, manner) for item in flow.items) + "</g>",
            True,
        )
        for flow in layout(tally, opened, interactive=True, live=live)
    )


def _description(tally: Tally) -> str:
    """The picture in words."""
    flows = (
        f"{flow.title}: {shape(flow.input_shape)} to {shape(flow.output_shape)}, {exact(flow.params)} parameters"
        for flow in tally.flow_tallies
    )
    return f"Flows of modules from top to bottom. {'. '.join(flows)}."

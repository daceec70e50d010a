"""The network drawn as in the paper's figure 5: its flows side by side, as SVG. Source: arXiv:1610.02357."""

from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from explorer.counting.tally import Cost, Tally
from explorer.figures.diagram.heat import Heat, Paint, heat
from explorer.figures.diagram.layout import Strip, layout
from explorer.figures.diagram.live_maps import LiveMaps
from explorer.figures.diagram.primitives import SIZES, Arc, Box, BoxStyle, Item, Picture, Target, Wire, Words
from explorer.figures.theme import flow_colours
from explorer.quantities import exact, shape

PaletteName = Literal["light", "dark", "auto", "page"]

_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
LEGEND = "/2: stride 2 · MAC: one multiply-add, for one image · shapes: height × width × channels"
"""How to read the marks in the boxes."""

_GAP, _EDGE, _HEADING = 18.0, 28.0, 92.0


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of ink and paper; the rest is each flow's own colour, thinned."""

    ink: str
    paper: str
    fonts: str = _FONTS


PALETTES: dict[PaletteName, Palette] = {
    "light": Palette("#262B36", "#FFFFFF"),
    "dark": Palette("#E8EAEE", "#14171F"),
    "auto": Palette(
        "var(--st-text-color, #262B36)", "var(--st-background-color, #FFFFFF)", f"var(--st-font, {_FONTS}), {_FONTS}"
    ),
    "page": Palette("var(--ink)", "var(--paper)", "inherit"),
}

_INTERACTION = """
.target{cursor:pointer;outline:none}
.target .card,.target .conv,.target .pool,.target .plain,.target .norm,.target .chip,.target .plus,.target .hit
{transition:fill-opacity .12s,stroke-opacity .12s}
.target:hover .card{stroke-opacity:1}
.target:hover .conv,.target:hover .pool{fill-opacity:.34}
.target:hover .plain,.target:hover .norm,.target:hover .chip{fill-opacity:.16}
.target:hover .plus{stroke-width:2}
.target:hover .hit{fill-opacity:.07}
.target:hover .hot{stroke-width:3}
.target:focus-visible rect:first-of-type{stroke:INK;stroke-opacity:1;stroke-width:2}
"""


@dataclass(frozen=True, slots=True)
class _Manner:
    """How items are drawn.

    Attributes:
        selected: Name of a layer to be marked.
        interactive: Whether targets are buttons.
        heat: The scale of costs as colours, if they are drawn so.
        paint: How what is drawn now is painted.
    """

    selected: str | None
    interactive: bool
    heat: Heat | None = None
    paint: Paint | None = None


def style_rules(name: PaletteName, interactive: bool = True) -> str:
    """The style sheet of the drawings, for pages that have it once; see `strip_svg`."""
    palette = PALETTES[name]
    ink, paper = palette.ink, palette.paper
    sizes = "".join(f".{style}{{font-size:{size:g}px}}" for style, size in SIZES.items())
    rules = f"""
text{{font-family:{palette.fonts};fill:{ink}}}
.title,.name{{font-weight:600}}
.small{{fill-opacity:.74}}
.tiny{{fill-opacity:.8}}
{sizes}
.network{{font-size:22px;font-weight:600}}
.panel{{fill:currentColor;fill-opacity:.055;stroke:currentColor;stroke-opacity:.3}}
.card{{fill:{paper};stroke:currentColor;stroke-opacity:.6}}
.ghost{{fill:{paper};stroke:currentColor;stroke-opacity:.35}}
.conv{{fill:currentColor;fill-opacity:.2}}
.pool{{fill:currentColor;fill-opacity:.06;stroke:currentColor;stroke-opacity:.55}}
.plain{{fill:{ink};fill-opacity:.06}}
.norm{{fill:{ink};fill-opacity:0;stroke:{ink};stroke-opacity:.16}}
.frame{{fill:currentColor;fill-opacity:.07;stroke:currentColor;stroke-opacity:.35}}
.chip{{fill:{ink};fill-opacity:.06}}
.chip-on{{fill:currentColor;fill-opacity:.35}}
.badge{{fill:currentColor;fill-opacity:.28}}
.bar{{fill:currentColor}}
.plus{{fill:{paper};stroke:currentColor;stroke-width:1.4}}
.hit{{fill:currentColor;fill-opacity:0}}
.wire{{fill:none;stroke:{ink};stroke-opacity:.5}}
.pass{{fill:none;stroke:{ink};stroke-opacity:.5;stroke-dasharray:2 4}}
.shortcut{{fill:none;stroke:currentColor;stroke-width:1.4}}
.head{{fill:{ink};fill-opacity:.6}}
.arc .head,.dot{{fill:currentColor;fill-opacity:1}}
.hot{{stroke:currentColor;stroke-opacity:1;stroke-width:1.5}}
.note{{fill:{paper};fill-opacity:.6;stroke:currentColor;stroke-opacity:.35}}
.more{{fill:none;stroke:currentColor;stroke-dasharray:3 2}}
.map{{pointer-events:none}}
.selected rect{{stroke:currentColor;stroke-opacity:1;stroke-width:2}}
.selected .hot{{stroke:{ink};stroke-width:3}}
"""
    if interactive:
        rules += _INTERACTION.replace("INK", ink)
    return "".join(rules.splitlines())


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
    ink = PALETTES[palette]
    flows = layout(tally, opened, interactive=False)
    columns = min(columns or len(flows), len(flows))
    rows = [flows[i : i + columns] for i in range(0, len(flows), columns)]
    colours = flow_colours(tally.graph)
    manner = _Manner(selected, interactive=False)
    body: list[str] = []
    y = _HEADING
    for row in rows:
        height = max(flow.height for flow in row)
        for position, flow in enumerate(row):
            x = _EDGE + position * (flow.width + _GAP)
            panel = f'<rect class="panel" width="{flow.width:g}" height="{height:g}" rx="14"/>'
            drawn = "".join(_draw(item, manner) for item in flow.items)
            where = f'transform="translate({x:g} {y:g})"'
            body.append(f'<g {where} color="{colours[flow.flow.name]}">{panel}{drawn}</g>')
        y += height + _GAP
    width = 2 * _EDGE + columns * flows[0].width + (columns - 1) * _GAP
    height = y + 2 * _EDGE - 12
    facts = (
        f"{shape(tally.graph.input_shape)} image · {exact(tally.params)} parameters · {exact(tally.macs)} multiply-adds"
    )
    heading = (
        f'<rect width="{width:g}" height="{height:g}" fill="{ink.paper}"/>'
        f'<text class="network" x="{_EDGE:g}" y="50">{escape(tally.graph.title)}</text>'
        f'<text class="body" x="{_EDGE:g}" y="72">{escape(facts)}</text>'
    )
    legend = f'<text class="small" x="{_EDGE:g}" y="{y + 10:g}">{escape(LEGEND)}</text>'
    drawn = "".join([heading, *body, legend])
    return _svg(width, height, tally.graph.title, _description(tally), palette, drawn, False)


def flow_svgs(
    tally: Tally,
    *,
    opened: frozenset[str] = frozenset(),
    selected: str | None = None,
    palette: PaletteName = "auto",
    cost: Cost | None = None,
    live: LiveMaps | None = None,
) -> tuple[str, ...]:
    """Each flow as a picture of its own whose modules and layers are buttons, without a ground; see `diagram_svg`.

    A button has `data-kind` ("module" or "layer") and `data-name`. With a `cost` every layer, and every module that is
    closed, is filled with the colour of what it costs; of equal modules, with that of each one. With `live` maps the
    photograph stands where it goes in, and in each module the map of what it hands on; the address of the file that
    they are in is `data-address`, from the app's root.
    """
    colours = flow_colours(tally.graph)
    manner = _Manner(selected, interactive=True, heat=heat(tally, cost) if cost else None)
    return tuple(
        _svg(
            flow.width,
            flow.height,
            flow.flow.title,
            "",
            palette,
            f'<g color="{colours[flow.flow.name]}">' + "".join(_draw(item, manner) for item in flow.items) + "</g>",
            True,
        )
        for flow in layout(tally, opened, interactive=True, live=live)
    )


def strip_svg(strip: Strip, width: float, colour: str) -> str:
    """A strip of a flow in its `colour`, its modules and layers being buttons as in `flow_svgs`; without a style."""
    drawn = "".join(_draw(item, _Manner(None, interactive=True)) for item in strip.items)
    height = strip.bottom - strip.top
    return (
        f'<svg viewBox="0 {strip.top:g} {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="presentation" color="{colour}">{drawn}</svg>'
    )


def _svg(
    width: float, height: float, title: str, description: str, palette: PaletteName, body: str, interactive: bool
) -> str:
    # Buttons inside role="img" would not be there for those who listen.
    role = "group" if interactive else "img"
    named = f"<title>{escape(title)}</title>" if not interactive else ""
    described = f"<desc>{escape(description)}</desc>" if description else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="{role}" aria-label="{escape(title)}">'
        f"{named}{described}<style>{style_rules(palette, interactive)}</style>{body}</svg>"
    )


def _description(tally: Tally) -> str:
    """The picture in words."""
    flows = (
        f"{flow.title}: {shape(flow.input_shape)} to {shape(flow.output_shape)}, {exact(flow.params)} parameters"
        for flow in tally.flow_tallies
    )
    return f"Flows of modules from top to bottom. {'. '.join(flows)}."


def _draw(item: Item, manner: _Manner) -> str:
    match item:
        case Box(x=x, y=y, width=width, height=height, style=style, radius=radius):
            place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
            classes, filled = _box_paint(style, manner.paint)
            return f'<rect class="{classes}" {place} rx="{radius:g}"{filled}/>'
        case Words(x=x, y=y, text=text, style=style, anchor=anchor, on_badge=on_badge):
            aligned = "" if anchor == "start" else f' text-anchor="{anchor}"'
            inked = ""
            if manner.paint is not None:
                inked = _filled(manner.paint.fill if on_badge else manner.paint.ink)
            return f'<text class="{style}" x="{x:g}" y="{y:g}"{aligned}{inked}>{escape(text)}</text>'
        case Wire(path=path, style=style):
            return f'<path class="{style}" d="{path}"/>'
        case Arc(items=items, addition=addition, count=count):
            drawn = "".join(_draw(part, manner) for part in items)
            return f'<g class="arc" data-into="{escape(addition)}" data-count="{count}">{drawn}</g>'
        case Target():
            return _target(item, manner)
        case Picture():
            return _picture(item)


def _picture(of: Picture) -> str:
    left, top, width, height = of.part
    rendering = "auto" if of.smooth else "pixelated"
    return (
        f'<svg class="map" x="{of.x:g}" y="{of.y:g}" width="{of.width:g}" height="{of.height:g}" '
        f'viewBox="{left} {top} {width} {height}" role="img" aria-label="{escape(of.label)}">'
        f'<image data-address="{escape(of.address)}" width="{of.size[0]}" height="{of.size[1]}" '
        f'style="image-rendering:{rendering}"/></svg>'
    )


def _box_paint(style: BoxStyle, paint: Paint | None) -> tuple[str, str]:
    """Classes and style of a box: the flow's colour stays as its edge, and on a badge the two colours change places."""
    if paint is None:
        return style, ""
    return (style, _filled(paint.ink)) if style == "badge" else (f"{style} hot", _filled(paint.fill))


def _filled(colour: str) -> str:
    return f' style="fill:{colour};fill-opacity:1"'


def _target(target: Target, manner: _Manner) -> str:
    chosen = target.kind == "layer" and target.name == manner.selected
    classes = " ".join(["target", *(["selected"] if chosen else [])])
    identity = f'class="{classes}" data-kind="{target.kind}" data-name="{escape(target.name)}"'
    label = target.label
    # Of an open module only the heading is a target: its layers have the colours.
    if manner.heat is not None and (target.kind == "layer" or target.expanded is False):
        label = ", ".join(filter(None, (label, manner.heat.words(target.kind, target.name))))
        manner = replace(manner, paint=manner.heat.paint(target.kind, target.name))
    drawn = "".join(_draw(part, manner) for part in target.items)
    label = escape(label)
    tip = f"<title>{label}</title>"
    if not manner.interactive:
        return f"<g {identity}>{tip}{drawn}</g>"
    state = ""
    if target.expanded is not None:
        state = f' aria-expanded="{str(target.expanded).lower()}"'
    elif target.kind == "layer":
        state = f' aria-pressed="{str(chosen).lower()}"'
    return f'<g {identity} role="button" tabindex="0" aria-label="{label}"{state}>{tip}{drawn}</g>'

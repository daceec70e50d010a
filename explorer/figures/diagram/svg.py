"""What a diagram is made of, written as SVG: boxes, words, wires, buttons, in the colours of a palette."""

from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from explorer.figures.diagram.primitives import SIZES, Arc, Box, BoxStyle, Item, Picture, Target, Wire, Words
from explorer.figures.heat.scale import Heat, Paint

PaletteName = Literal["light", "dark", "auto", "page"]

_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


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
class Manner:
    """How items are drawn.

    Attributes:
        selected: Name of a layer to be marked.
        interactive: Whether targets are buttons.
        heat: The scale of amounts as colours, if they are drawn so.
        paint: How what is drawn now is painted.
    """

    selected: str | None
    interactive: bool
    heat: Heat | None = None
    paint: Paint | None = None


def style_rules(name: PaletteName, interactive: bool = True) -> str:
    """The style sheet of the drawings, for pages that have it once."""
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


def svg(
    width: float, height: float, title: str, description: str, palette: PaletteName, body: str, interactive: bool
) -> str:
    """A picture of its own.

    Args:
        width: In px.
        height: In px.
        title: Its name.
        description: The picture in words, or "".
        palette: Name of its colours.
        body: What is in it, as `draw` writes it.
        interactive: Whether there are buttons in it.
    """
    # Buttons inside role="img" would not be there for those who listen.
    role = "group" if interactive else "img"
    named = f"<title>{escape(title)}</title>" if not interactive else ""
    described = f"<desc>{escape(description)}</desc>" if description else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="{role}" aria-label="{escape(title)}">'
        f"{named}{described}<style>{style_rules(palette, interactive)}</style>{body}</svg>"
    )


def draw(item: Item, manner: Manner) -> str:
    """One item."""
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
            drawn = "".join(draw(part, manner) for part in items)
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


def _target(target: Target, manner: Manner) -> str:
    chosen = target.kind == "layer" and target.name == manner.selected
    classes = " ".join(["target", *(["selected"] if chosen else [])])
    identity = f'class="{classes}" data-kind="{target.kind}" data-name="{escape(target.name)}"'
    label = target.label
    # Of an open module only the heading is a target: its layers have the colours.
    if manner.heat is not None and (target.kind == "layer" or target.expanded is False):
        label = ", ".join(filter(None, (label, manner.heat.words(target.kind, target.name))))
        manner = replace(manner, paint=manner.heat.paint(target.kind, target.name))
    drawn = "".join(draw(part, manner) for part in target.items)
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

"""The network as a strip: a column for each module, in it a button for each layer that has maps, as HTML."""

import re
from collections.abc import Mapping
from html import escape

from explorer.arch.graph import Graph, Module, Node
from explorer.arch.ops import Conv2D, DepthwiseConv2D
from explorer.arch.places.separable_pairs import layer_of
from explorer.arch.places.taps import Stage, Tap, find_tap, layers, module_outputs
from explorer.arch.written_out import written_out

_ROOMY = 6
"""Layers that a column holds one below the other; of more, two share a row."""

_LONG = 9
"""Letters of a name that a button has room for; instead of longer ones it shows what the layer is."""

_NUMBER = re.compile(r"\d+$")

_SIGNS: dict[Stage, str] = {"pool": "pool", "concat": "concat", "add": "add", "act": "out", "bn": "out"}


def strip_html(graph: Graph, chosen: str | None) -> dict[str, str]:
    """Each flow that has layers to choose, by name, as HTML without style.

    A button has `data-kind` ("layer") and `data-name`, the name of a layer.

    Args:
        graph: The network.
        chosen: Name of the layer to be marked.
    """
    known = set(layers(graph))
    flows = {}
    for flow in graph.flows:
        modules = [module for module in written_out(graph).modules() if module.flow == flow.name]
        columns = []
        for module in modules:
            names = list(dict.fromkeys(layer_of(node) for node in module.nodes if layer_of(node) in known))
            if names:
                columns.append(_column(graph, module, names, chosen))
        if columns:
            title = escape(flow.title)
            flows[flow.name] = (
                f'<section aria-label="{title}" style="--modules:{len(columns)}"><h2 title="{title}">{title}</h2>'
                f'<div class="modules">{"".join(columns)}</div></section>'
            )
    return flows


def _column(graph: Graph, module: Module, names: list[str], chosen: str | None) -> str:
    nodes = {node.name: node for node in module.nodes}
    own = {name: name.removeprefix(module.name).strip("_") for name in names}
    numbers = {name: _number(own[name], nodes[find_tap(graph, name).node]) for name in names}
    numbered = [number for number in numbers.values() if number]
    telling = len(set(numbered)) == len(numbered)
    handed_on = next((tap for tap in module_outputs(graph) if tap.module == module.title), None)
    crowded = len(names) > _ROOMY
    buttons = []
    for name in names:
        whole = handed_on is not None and name == handed_on.layer
        sign = _sign(find_tap(graph, name), nodes, narrow=crowded and not whole)
        has_room = not crowded and 0 < len(own[name]) <= _LONG
        hint = escape(f"{name}: {module.title}")
        marked = ' class="whole"' if whole else ""
        buttons.append(
            f'<button type="button"{marked} data-kind="layer" data-name="{escape(name)}" '
            f'aria-pressed="{str(name == chosen).lower()}" aria-label="{hint}" title="{hint}">'
            f'<span class="long">{escape(own[name] if has_room else sign)}</span>'
            f'<span class="brief">{escape((has_room and telling and numbers[name]) or sign)}</span></button>'
        )
    kinds = ["module", *(["chosen"] if chosen in names else []), *(["crowded"] if crowded else [])]
    title = escape(module.name.removeprefix(f"{module.flow}_"))
    name = f'<span class="name" title="{escape(module.name)}">{title}</span>'
    return f'<div class="{" ".join(kinds)}">{name}{"".join(buttons)}</div>'


def _number(own: str, node: Node) -> str:
    """The number that a convolution's name ends with, if it does."""
    found = _NUMBER.search(own) if isinstance(node.op, (Conv2D, DepthwiseConv2D)) else None
    return found.group() if found else ""


def _sign(tap: Tap, nodes: Mapping[str, Node], *, narrow: bool) -> str:
    """What a layer is, in as few letters as there are: its kernel, or what it does."""
    op = nodes[tap.node].op
    if isinstance(op, (Conv2D, DepthwiseConv2D)):
        rows, columns = op.kernel
        return f"{rows}×{columns}"
    if tap.stage == "concat" and narrow:
        return "cat"
    return _SIGNS.get(tap.stage, "norm")

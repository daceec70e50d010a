"""The network as a strip: a column for each module, in it a button for each layer that has maps, as HTML."""

from collections.abc import Mapping
from html import escape

from explorer.arch.graph import Graph, Module, Node
from explorer.arch.ops import Conv2D, DepthwiseConv2D
from explorer.arch.separable_pairs import layer_of
from explorer.arch.taps import Stage, find_tap, layers
from explorer.arch.written_out import written_out

_ROOMY = 6
"""Layers that a column holds one below the other; of more, two share a row."""

_LONG = 9
"""Letters of a name that a button has room for; of longer ones it shows what the layer is."""

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
            flows[flow.name] = (
                f'<section aria-label="{escape(flow.title)}" style="--modules:{len(columns)}">'
                f'<h3>{escape(flow.title)}</h3><div class="modules">{"".join(columns)}</div></section>'
            )
    return flows


def _column(graph: Graph, module: Module, names: list[str], chosen: str | None) -> str:
    nodes = {node.name: node for node in module.nodes}
    short = {name: _short(graph, name, module, nodes) for name in names}
    buttons = "".join(
        f'<button type="button" data-kind="layer" data-name="{escape(name)}" '
        f'aria-pressed="{str(name == chosen).lower()}" aria-label="{escape(_hint(name, module))}" '
        f'title="{escape(_hint(name, module))}">'
        f'<span class="long">{escape(short[name])}</span><span class="brief">{number}</span></button>'
        for number, name in enumerate(names, 1)
    )
    kinds = ["module", *(["chosen"] if chosen in names else []), *(["crowded"] if len(names) > _ROOMY else [])]
    return f'<div class="{" ".join(kinds)}"><span class="name">{escape(module.name)}</span>{buttons}</div>'


def _short(graph: Graph, layer: str, module: Module, nodes: Mapping[str, Node]) -> str:
    """What a button says: the name without the module's, if there is room for it; else what the layer is."""
    tap = find_tap(graph, layer)
    node = nodes[tap.node]
    own = layer.removeprefix(module.name).lstrip("_")
    if own and len(own) <= _LONG:
        return own
    if node.branch == "shortcut":
        return "shortcut"
    if isinstance(node.op, (Conv2D, DepthwiseConv2D)):
        rows, columns = node.op.kernel
        return f"{rows}×{columns}"
    return _SIGNS.get(tap.stage, layer)


def _hint(layer: str, module: Module) -> str:
    return f"{layer}: {module.title}"

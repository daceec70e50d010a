"""The network as a strip: a column for each module, in it a button for each separable convolution, as HTML."""

from html import escape

from explorer.arch.graph import HEAD, Graph, Module
from explorer.arch.ops import Conv2D
from explorer.arch.taps import taps


def strip_html(graph: Graph, chosen: str | None) -> tuple[str, ...]:
    """Each flow that has modules, as HTML without style.

    A button has `data-kind` ("layer") and `data-name`, the name of a separable convolution.

    Args:
        graph: The network.
        chosen: Name of the separable convolution to be marked.
    """
    layers: dict[str, dict[str, str]] = {}
    for tap in taps(graph):
        layers.setdefault(tap.module, {}).setdefault(tap.layer, _hint(tap.layer, tap.module))
    flows = []
    for flow in graph.flows:
        modules = [module for module in graph.modules() if module.flow == flow.name and module.name != HEAD]
        if modules:
            columns = "".join(_column(module, layers.get(module.title, {}), chosen) for module in modules)
            flows.append(
                f'<section aria-label="{escape(flow.title)}" style="--modules:{len(modules)}">'
                f'<h3>{escape(flow.title)}</h3><div class="modules">{columns}</div></section>'
            )
    return tuple(flows)


def _column(module: Module, layers: dict[str, str], chosen: str | None) -> str:
    buttons = "".join(
        f'<button type="button" data-kind="layer" data-name="{escape(layer)}" '
        f'aria-pressed="{str(layer == chosen).lower()}" aria-label="{escape(hint)}" title="{escape(hint)}">'
        f'<span class="long">{escape(_short(layer, module))}</span><span class="brief">{number}</span></button>'
        for number, (layer, hint) in enumerate(layers.items(), 1)
    )
    if not layers:
        count = sum(isinstance(node.op, Conv2D) for node in module.nodes)
        title = f"{count} regular convolution{'s' if count != 1 else ''}: nothing is separated here"
        buttons = f'<span class="regular" title="{escape(title)}"><span class="long">regular</span></span>' * count
    marked = ' class="module chosen"' if chosen in layers else ' class="module"'
    return f'<div{marked}><span class="name">{escape(module.name)}</span>{buttons}</div>'


def _short(layer: str, module: Module) -> str:
    return layer.removeprefix(f"{module.name}_")


def _hint(layer: str, module: str) -> str:
    return f"{layer}: {module}"

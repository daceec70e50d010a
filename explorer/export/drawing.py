"""The drawing with every module closed and open, of which the script shows one, and what a press on a layer shows."""

from explorer.counting.formula import Formula, macs_formula, params_formula
from explorer.counting.reading import reading
from explorer.counting.tally import LayerTally, Tally
from explorer.export.markup import text
from explorer.figures.diagram.drawing import LEGEND
from explorer.figures.diagram.strips import FlowDrawing, StripDrawing, flow_drawings
from explorer.quantities import exact, shape


def drawing(tally: Tally) -> str:
    """The network's flows side by side as far as there is room."""
    flows = flow_drawings(tally)
    notes = "".join(map(_note, tally.layers))
    return (
        '<p class="remark">Press a module to open it, then a layer to see its arithmetic. With the keyboard: Tab, then '
        "Enter.</p>"
        '<p class="toolbar"><button type="button" data-open="all">Open all</button>'
        '<button type="button" data-open="none">Close all</button></p>'
        f'<div class="drawing"><div class="flows" data-count="{len(flows)}" style="--count:{len(flows)}">'
        f"{''.join(map(_flow, flows))}</div></div>"
        f'<p class="remark">{text(LEGEND)}</p><template class="notes">{notes}</template>'
    )


def _flow(of: FlowDrawing) -> str:
    strips = "".join(map(_strip, of.strips))
    return (
        f'<div class="flow" role="group" aria-label="{text(of.flow.title)}" style="--flow:{of.colour}">{strips}</div>\n'
    )


def _strip(of: StripDrawing) -> str:
    if not of.opened:
        return of.closed
    opened = "".join(f'<div data-shows="{text(name)}" hidden>{svg}</div>' for name, svg in of.opened.items())
    return f'<div class="run"><div data-shows="">{of.closed}</div>{opened}</div>\n'


def _note(layer: LayerTally) -> str:
    node = layer.node
    before = ", ".join(map(shape, layer.input_shapes))
    shapes = f"{before} → {shape(layer.output_shape)}" if before else shape(layer.output_shape)
    trained = f" {exact(layer.trainable_params)} of them are trained." if layer.non_trainable_params else ""
    return (
        f'<article data-layer="{text(node.name)}"><h2>{text(node.name)}</h2>'
        f"<p>{type(node.op).__name__} in {text(node.module)} · {shapes}</p>"
        f"{_formula('Parameters', params_formula(layer), 'It has no parameters.', trained)}"
        f"{_formula('Multiply-adds (MACs)', macs_formula(layer), 'No multiply-adds are counted for it.')}"
        f"{_remark(reading(layer))}</article>\n"
    )


def _remark(words: str) -> str:
    return f'<p class="remark">{text(words)}</p>'


def _formula(title: str, formula: Formula | None, none: str, more: str = "") -> str:
    if formula is None:
        return f"<p>{none}</p>"
    terms = "; ".join(f"{term.text}: {term.meaning}" for term in formula.explained)
    return f"<p>{title}<br><code>{text(formula.text)}</code></p>{_remark(f'{terms}.{more}')}"

"""Every layer of a network in a table that sorts by any heading and is searched as one types."""

from dataclasses import dataclass
from math import prod

from explorer.counting.report import layer_rows
from explorer.counting.tally import Tally
from explorer.export.markup import text
from explorer.figures.theme import flow_colours
from explorer.quantities import exact, shape


@dataclass(frozen=True, slots=True)
class _Column:
    """A heading, what it counts, and whether its cells are numbers, which are sorted from the largest on."""

    title: str
    counts: str = ""
    is_number: bool = True


_COLUMNS = (
    _Column("No.", "Place in the network"),
    _Column("Layer", is_number=False),
    _Column("Operation", is_number=False),
    _Column("Module", is_number=False),
    _Column("Output", "Height × width × channels; sorted by their product"),
    _Column("Parameters", "Trainable and not"),
    _Column("MACs", "Multiply-adds for one image"),
    _Column("Field", "Receptive field in input pixels, padding included"),
    _Column("Jump", "Input pixels between neighbouring units"),
)


def layer_table(title: str, tally: Tally, key: str) -> str:
    """The table below a search field.

    Args:
        title: The network's.
        tally: The network.
        key: Tells it from other networks in the same file, within the names of elements.
    """
    colours, titles = flow_colours(tally.graph), {flow.name: flow.title for flow in tally.graph.flows}
    rows = []
    for number, (row, layer) in enumerate(zip(layer_rows(tally), tally.layers, strict=True), 1):
        name, flow = text(row["name"]), row["flow"]
        cells = (
            f'<th scope="row"><button type="button" data-kind="layer" data-name="{name}" aria-pressed="false">{name}'
            "</button></th>",
            f"<td>{row['op']}</td>",
            f'<td title="{text(titles[flow])}"><span class="colour" style="--flow:{colours[flow]}"></span>'
            f"{text(row['module'])}</td>",
            f'<td data-value="{prod(layer.output_shape)}">{shape(layer.output_shape)}</td>',
            f"<td>{exact(row['params'])}</td>",
            f"<td>{exact(row['macs'])}</td>",
            *(_pixels(row[f"receptive_field_{of}"]) for of in ("size", "jump")),
        )
        rows.append(f'<tr data-words="{text(titles[flow].lower())}"><td>{number}</td>{"".join(cells)}</tr>\n')
    return (
        f'<div class="searched"><p class="toolbar"><label for="search-{key}">Search layers</label>'
        f'<input id="search-{key}" type="search" placeholder="conv, BatchNorm, block3 ..." autocomplete="off">'
        f'<span role="status">{len(rows)} layers</span></p>'
        f'<div class="scroll tall" tabindex="0" role="region" aria-label="Layers of {text(title)}">'
        '<table class="layers">'
        f"<thead><tr>{''.join(map(_heading, _COLUMNS))}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="remark">Press a heading to sort, again to turn the order round. Press a layer for its arithmetic.'
        "</p></div>"
    )


def _heading(column: _Column) -> str:
    tip = f' title="{column.counts}"' if column.counts else ""
    number = " data-number" if column.is_number else ""
    return f'<th scope="col"{number}{tip} aria-sort="none"><button type="button">{column.title}</button></th>'


def _pixels(side: int | str) -> str:
    """A number, or "rows x columns" where the two differ, which is sorted by the rows."""
    first, written = str(side).split(" x ")[0], str(side).replace(" x ", " × ")
    return f'<td data-value="{first}">{written}</td>'

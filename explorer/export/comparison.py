"""Several networks in numbers: their totals with ratios, and stage by stage."""

from collections.abc import Mapping

from explorer.counting.alignment import StageTally, aligned
from explorer.counting.comparison import TOTALS, ratio
from explorer.counting.tally import Tally
from explorer.export.markup import bar, table, text
from explorer.figures.theme import NETWORK_COLOURS
from explorer.quantities import exact, shape


def totals_table(tallies: Mapping[str, Tally]) -> str:
    """A row for each quantity; behind the others' numbers how many times the first's."""
    first, *_ = tallies.values()
    rows = [("Input", *(shape(tally.graph.input_shape) for tally in tallies.values()))]
    for total in TOTALS:
        cells = []
        for tally in tallies.values():
            times = "" if tally is first else f" <small>{ratio(total.of(tally), total.of(first))}</small>"
            cells.append(f"{text(total.write(total.of(tally)))}{times}")
        rows.append((text(total.title), *cells))
    return table("Totals", ("Quantity", *tallies), rows)


def stages_table(tallies: Mapping[str, Tally]) -> str:
    """A row for each stage, a column for each network; bars are of all multiply-adds of the network."""
    rows = (
        (
            text(row.label),
            *(
                _stage(stage, tally, colour)
                for stage, tally, colour in zip(row.networks, tallies.values(), NETWORK_COLOURS, strict=False)
            ),
        )
        for row in aligned(tuple(tallies.values()))
    )
    remark = (
        "Stages are aligned by how often the map has been halved since the image. Layers are convolutional, as the "
        "paper counts them. A bar is the stage's share of the network's multiply-adds."
    )
    return f'<div class="stages">{table("Stages", ("Stage", *tallies), rows)}</div><p class="remark">{remark}</p>'


def _stage(stage: StageTally, tally: Tally, colour: str) -> str:
    if not stage.layers:
        return "–"
    said = [stage.sizes]
    if stage.conv_layers:
        said.append(f"{stage.conv_layers} layer{'' if stage.conv_layers == 1 else 's'}")
    if stage.params:
        said.append(f"{exact(stage.params)} parameters")
    return (
        f'<span class="cost" style="--flow:{colour}">{exact(stage.macs)} MACs{bar(stage.macs, tally.macs)}</span>'
        f"<small>{' · '.join(said)}</small>"
    )

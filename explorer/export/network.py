"""One network: what it is, its headline numbers, its drawing, its flows and its layers."""

from explorer.arch.graph import HEAD
from explorer.arch.knobs import Config, knobs
from explorer.configuration.registry import preset_of
from explorer.counting.differences.departures import departures
from explorer.counting.tally import GroupTally, Tally
from explorer.export.drawing import drawing
from explorer.export.layer_table import layer_table
from explorer.export.markup import bar, facts, table, text
from explorer.figures.theme import flow_colours
from explorer.quantities import exact, memory, rounded, shape, share


def story(config: Config) -> str:
    """What the network is, and where it is from."""
    preset, fields = preset_of(config), knobs(type(config))
    told = preset.story if preset else "A configuration of its own."
    departed = ""
    if preset and (sentences := departures(preset)):
        items = "".join(f"<li>{text(sentence)}</li>" for sentence in sentences)
        departed = f"<p>How it departs from the paper:</p><ul>{items}</ul>"
    source = f'<p class="remark">Source: {text(preset.source)}</p>' if preset and preset.source else ""
    turned = facts({knob.label: knob.text(getattr(config, name)) for name, knob in fields.items()})
    return f"<p>{text(told)}</p>{departed}{source}<details><summary>All its knobs</summary>{turned}</details>"


def network_parts(title: str, tally: Tally, key: str) -> dict[str, str]:
    """The parts of the page about one network as HTML, by heading.

    Args:
        title: The network's.
        tally: What is counted of it.
        key: Tells it from other networks in the same file, within the names of elements.
    """
    return {
        "In short": _headline(tally),
        "The network": drawing(tally),
        "Flows": _flows(title, tally),
        "Every layer": layer_table(title, tally, key),
    }


def _headline(tally: Tally) -> str:
    cards = (
        (
            "Parameters",
            exact(tally.params),
            f"{exact(tally.trainable_params)} trainable + {exact(tally.non_trainable_params)} moving statistics of "
            "batch normalization",
        ),
        (
            "Multiply-adds (MACs)",
            rounded(tally.macs),
            f"{exact(tally.macs)} for one image. FLOPs = 2 × MACs = {exact(tally.flops)}",
        ),
        (
            "Weights",
            memory(tally.weight_bytes),
            f"float32. Feature maps of one image take {memory(tally.peak.bytes)} at the peak, in {tally.peak.node}",
        ),
        (
            "Convolutional layers",
            exact(tally.conv_layers),
            f"in {tally.modules} modules. As the paper counts: a separable convolution is one layer, shortcuts are "
            "not counted",
        ),
    )
    html = "".join(
        f'<div class="number"><dt>{text(label)}</dt><dd><strong>{text(value)}</strong>'
        f"<span>{text(counts)}.</span></dd></div>"
        for label, value, counts in cards
    )
    return f'<dl class="numbers">{html}</dl>'


def _flows(title: str, tally: Tally) -> str:
    colours = flow_colours(tally.graph)
    columns = ("Flow", "In", "Out", "Modules", "Parameters", "MACs")
    return table(f"Flows of {title}", columns, (_flow(flow, tally, colours[flow.name]) for flow in tally.flow_tallies))


def _flow(flow: GroupTally, tally: Tally, colour: str) -> tuple[str, ...]:
    modules = sum(
        module.flow == flow.name and module.conv_layers > 0 and module.name != HEAD for module in tally.module_tallies
    )

    def cost(part: int, whole: int) -> str:
        return f"{exact(part)} <small>{share(part, whole)}</small>{bar(part, whole)}"

    return (
        f'<span class="colour" style="--flow:{colour}"></span>{text(flow.title)}',
        shape(flow.input_shape),
        shape(flow.output_shape),
        str(modules) if modules else "–",
        f'<span class="cost" style="--flow:{colour}">{cost(flow.params, tally.params)}</span>',
        f'<span class="cost" style="--flow:{colour}">{cost(flow.macs, tally.macs)}</span>',
    )

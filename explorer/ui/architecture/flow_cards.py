"""The flows of a network as cards in their colours: what goes in, what comes out, what it costs."""

from html import escape

import streamlit as st

from explorer.arch.graph import HEAD
from explorer.counting.tally import GroupTally, Tally
from explorer.figures.theme import flow_colours
from explorer.quantities import exact, shape, share

_ROW = "display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,14rem),1fr));gap:1rem"

_CARD = """
<section aria-label="{title}" style="border:1px solid color-mix(in srgb, currentColor 16%, transparent);
  border-top:4px solid {colour};border-radius:.6rem;padding:.9rem 1.1rem 1rem;font-size:.92rem;line-height:1.5">
  <div style="display:flex;justify-content:space-between;align-items:baseline;gap:.5rem">
    <strong style="font-size:1.08rem">{title}</strong><span style="opacity:.7;white-space:nowrap">{modules}</span>
  </div>
  <div style="margin:.15rem 0 .6rem;font-variant-numeric:tabular-nums">
    {before} <span aria-label="to">→</span> {after}</div>
  {parameters}{macs}
</section>"""

_COST = """
<div style="display:flex;justify-content:space-between;gap:.5rem;font-variant-numeric:tabular-nums;margin-top:.35rem">
  <span style="opacity:.75">{label}</span><span>{value} · <strong>{share}</strong></span></div>
<div role="img" aria-label="{share} of the network's {label}" style="height:5px;border-radius:3px;
  background:color-mix(in srgb, currentColor 12%, transparent)">
  <div style="height:5px;border-radius:3px;width:{percent:.2f}%;background:{colour}"></div></div>"""


def show_flow_cards(tally: Tally) -> None:
    """A card for each flow, side by side as far as there is room."""
    colours = flow_colours(tally.graph)
    cards = "".join(_card(flow, tally, colours[flow.name]) for flow in tally.flow_tallies)
    st.html(f'<div style="{_ROW}">{cards}</div>')


def _card(flow: GroupTally, tally: Tally, colour: str) -> str:
    count = sum(
        module.flow == flow.name and module.conv_layers > 0 and module.name != HEAD for module in tally.module_tallies
    )
    modules = f"{count} module{'s' if count > 1 else ''}" if count else ""
    return _CARD.format(
        title=escape(flow.title),
        colour=colour,
        modules=modules if flow.layers else "passes through",
        before=shape(flow.input_shape),
        after=shape(flow.output_shape),
        parameters=_cost("parameters", flow.params, tally.params, colour),
        macs=_cost("MACs", flow.macs, tally.macs, colour),
    )


def _cost(label: str, part: int, whole: int, colour: str) -> str:
    return _COST.format(
        label=label, value=exact(part), share=share(part, whole), percent=100 * part / whole, colour=colour
    )

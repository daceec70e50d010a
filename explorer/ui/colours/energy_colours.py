"""How strongly layers answer a photograph, as colours: by which weights, of which picture."""

from collections.abc import Mapping

from explorer.arch.graph import HEAD
from explorer.arch.knobs import Config
from explorer.configuration.registry import graph_of
from explorer.figures.heat.energies import energy_colouring
from explorer.model.weights.arrays import Provenance
from explorer.ui.choose.fitting_weights import has_own_head, look_at_by_fitting_weights
from explorer.ui.colours.colours import FLOW_COLOURS, Colours
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained
from explorer.ui.widgets.plain_words import plain
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture

_FORMULA = (
    "a layer's colour is the root mean square √(Σ x² / n) of the n values x that it puts out; a closed module's "
    "that of its last layer, which it hands on. It tells how strongly, not how much it matters for the answer."
)


def energy_colours(configs: Mapping[str, Config], chosen: Picture) -> Colours:
    """The energies of a picture in networks, by title; one that cannot be had stays without, with a word why."""
    looks, said, weights = {}, [], []
    for title, config in configs.items():
        with explained(title):
            look = look_at_by_fitting_weights(config, chosen)
            looks[config] = look, _energies(look, config)
            provenance = cache.network(look.config, look.weights).provenance
            weights.append((title, provenance))
            said.append(f"{plain(title)}: {_weights_in_words(provenance, has_own_head(look, config))}")
    if not looks:
        return FLOW_COLOURS
    colouring = energy_colouring(
        {graph_of(config): values for config, (_, values) in looks.items()},
        tuple((config, look.key) for config, (look, _) in looks.items()),
    )
    words = f"**Activation energy** for *{plain(chosen.name)}*: {_FORMULA} {'. '.join(said)}."
    return Colours(colouring, words, tuple(weights))


def _energies(look: Look, config: Config) -> dict[str, float]:
    """By layer of the network that is drawn; where the weights bring another head than its own, without the head."""
    values = {each.layer: each.rms for each in cache.energies(look)}
    if not has_own_head(look, config):
        return values
    drawn = set(graph_of(config).nodes)
    return {node.name: values[node.name] for node in look.graph.nodes if node in drawn and node.module != HEAD}


def _weights_in_words(provenance: Provenance, has_own_head: bool) -> str:
    if provenance.state == "random":
        return "**random weights**, which nobody trained"
    head = ", with their own head, which has no colours here" if has_own_head else ""
    return f"weights {plain(provenance.source)} ({provenance.state}){head}"

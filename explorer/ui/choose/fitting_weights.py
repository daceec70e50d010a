"""Which weights run in a network that is drawn, whichever network the weights were chosen for."""

from explorer.arch.knobs import Config
from explorer.configuration.brought import with_head_alone_of
from explorer.configuration.registry import graph_of, network_of
from explorer.model.sources.known import WeightsSource
from explorer.model.sources.store import available
from explorer.ui.choose.weights_choice import weights_in_force
from explorer.ui.session import cache
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture


def look_at_by_fitting_weights(config: Config, chosen: Picture) -> Look:
    """The picture in a network: by the weights that the pages run, else by others of that network that are here.

    Of those the first that fit, with their own head at the network's own size. Where none fit, the weights are random,
    and what is said of them tells what keeps the first ones out.

    Raises:
        WeightsError: If weights are unreadable.
    """
    sources = _of_network(config)
    for source in sources:
        run = with_head_alone_of(config, cache.config_of(source))
        if not cache.obstacles(run, source):
            return cache.look_at(chosen, run, source)
    return cache.look_at(chosen, config, next(iter(sources), None))


def has_own_head(look: Look, config: Config) -> bool:
    """Whether the weights of `look` brought another head than that of the network `config`, which is drawn."""
    return look.graph.nodes != graph_of(config).nodes


def _of_network(config: Config) -> tuple[WeightsSource, ...]:
    """The trained weights of a network that are here, those that the pages run first."""
    in_force = weights_in_force()
    chosen = (in_force.source,) if in_force and isinstance(in_force.config, type(config)) else ()
    return tuple(dict.fromkeys((*chosen, *available(network_of(config)))))

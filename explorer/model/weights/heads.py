"""A trained network's own head, put on the description of its network."""

from dataclasses import replace

from explorer.arch.graph import Graph
from explorer.arch.head import Head, with_head
from explorer.arch.knobs import Config
from explorer.configuration.brought import with_head_of
from explorer.configuration.registry import graph_of


def graph_with_head(config: Config, head: Head | None) -> Graph:
    """The description of `config`, with another head than its own if there is one."""
    graph = graph_of(config)
    return graph if head is None else with_head(graph, head)


def kept_head(wanted: Config, trained: Config, head: Head | None) -> Head | None:
    """The head of the network `trained` in the network `wanted`: None once that, or a knob of its head, is another."""
    if head is None or type(wanted) is not type(trained):
        return None
    return head if with_head_of(wanted, trained) == replace(wanted, input_size=trained.input_size) else None

"""The part of a link that says what is looked at: layer, stage, method, class, and rather than which other class."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from explorer.arch.graph import output_shapes
from explorer.arch.knobs import Config
from explorer.arch.places.taps import STAGES, find_map, last_tap, layers, taps
from explorer.configuration.link import shown
from explorer.configuration.registry import graph_of, network_of
from explorer.errors import ConfigError
from explorer.model.sources.known import find_source
from explorer.model.sources.labels import labels as labels_of
from explorer.model.sources.store import available

LAYER = "layer"
STAGE = "stage"
METHOD = "method"
TARGET = "target"
AGAINST = "against"
VIEW = (LAYER, STAGE, METHOD, TARGET, AGAINST)
"""Names in the link."""

_NAME = re.compile(r"[\w .,'+/()-]{1,80}")


@dataclass(frozen=True, slots=True)
class View:
    """What a link asks to look at, as far as it can be had, and a sentence for each thing that cannot."""

    query: Mapping[str, str]
    ignored: tuple[str, ...]


def read_view(query: Mapping[str, str], config: Config, weights: str | None) -> View:
    """The view nearest to what `query` asks for. Never raises, whatever the link holds.

    Args:
        query: The whole link; names that are not in `VIEW` are passed over.
        config: The network that it is of.
        weights: The weights' name; None for the usual ones.
    """
    taken: dict[str, str] = {}
    ignored: list[str] = []
    asked = {name: query[name] for name in VIEW if name in query}
    for name in [name for name, text in asked.items() if not _NAME.fullmatch(text)]:
        ignored.append(f"{name}={shown(asked.pop(name))}: this is no name; the usual choice is shown.")
    ignored += [*_place(asked, config, taken), *_method(asked, taken), *_classes(asked, config, weights, taken)]
    return View(taken, tuple(ignored))


def _place(asked: Mapping[str, str], config: Config, taken: dict[str, str]) -> Iterator[str]:
    if LAYER not in asked:
        # Each page has a usual layer of its own, and looks itself which stages that has.
        stage = asked.get(STAGE)
        if stage in STAGES:
            taken[STAGE] = stage
        elif stage is not None:
            yield f"{STAGE}: must be one of {', '.join(STAGES)}; the usual one is shown."
        return
    graph = graph_of(config)
    layer, stage = asked[LAYER], asked.get(STAGE)
    try:
        if layer not in layers(graph):
            layer, stage, remark = _nearest_layer(layer, stage, config)
            yield from remark
        taken[LAYER] = layer
        if stage is not None:
            find_map(graph, layer, stage)
            taken[STAGE] = stage
    except ConfigError as error:
        yield f"{error}."


def _nearest_layer(name: str, stage: str | None, config: Config) -> tuple[str, str | None, tuple[str, ...]]:
    """A layer for a name that is none: that of an output by its own name, else the most similar one."""
    graph = graph_of(config)
    try:
        tap = find_map(graph, name, stage)
        return tap.layer, tap.stage, ()
    except ConfigError as error:
        is_vector = any(name in (tap.layer, tap.node) for tap in taps(graph) if not tap.is_map)
        near = [] if is_vector else get_close_matches(name, layers(graph), n=1, cutoff=0.5)
        layer = near[0] if near else last_tap(graph).layer
        return layer, stage if stage in STAGES else None, (f"{error}. {layer} is shown.",)


def _method(asked: Mapping[str, str], taken: dict[str, str]) -> Iterator[str]:
    if METHOD not in asked:
        return
    from explorer.vision.methods.table import METHODS  # needs NumPy, which a page that counts does not wait for

    if asked[METHOD] in METHODS:
        taken[METHOD] = asked[METHOD]
    else:
        yield f"{METHOD}: must be one of {', '.join(METHODS)}; {next(iter(METHODS))} is shown."


def _classes(asked: Mapping[str, str], config: Config, weights: str | None, taken: dict[str, str]) -> Iterator[str]:
    if TARGET not in asked and AGAINST not in asked:
        return
    from explorer.vision.methods.target import find_class

    network = network_of(config)
    here = available(network)
    source = find_source(weights, network) if weights else here[0] if here else None
    trained = source if source in here else None
    names = [label.name for label in labels_of(trained.labels)] if trained else []
    graph = graph_of(config)
    count = trained.config.classes if trained else output_shapes(graph)[graph.output.name][0]
    indices = {}
    for name in (TARGET, AGAINST):
        text = asked.get(name)
        if text is None:
            continue
        if text.isdecimal():
            if int(text) < count:
                indices[name] = int(text)
                taken[name] = str(int(text))
            else:
                yield f"{name}={text}: must be from 0 to {count - 1}; the usual choice is shown."
        elif not names:
            yield f"{name}={text}: without trained weights classes have no names; the usual choice is shown."
        else:
            try:
                indices[name] = find_class(names, text)
                taken[name] = names[indices[name]]
            except ConfigError as error:
                yield f"{name}: {error}; the usual choice is shown."
    if AGAINST in taken and indices[AGAINST] == indices.get(TARGET):
        del taken[AGAINST]
        yield f"{AGAINST}: the two classes must differ; one alone is shown."

"""How a preset departs from the one that it is held against, in sentences."""

from functools import lru_cache

from explorer.arch.network import Preset
from explorer.configuration.registry import graph_of, preset
from explorer.counting.differences.difference import difference
from explorer.counting.differences.sentences.telling import sentences
from explorer.counting.tally import tally


@lru_cache(maxsize=32)
def departures(of: Preset) -> tuple[str, ...]:
    """The sentences; none if the preset is held against nothing."""
    if of.departs_from is None:
        return ()
    original = tally(graph_of(preset(of.departs_from).config))
    return tuple(sentence.text for sentence in sentences(difference(original, tally(graph_of(of.config)))))

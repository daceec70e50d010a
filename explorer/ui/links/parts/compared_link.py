"""The part of a link that says what is compared: configurations that were pinned, and what stands side by side."""

from collections.abc import Mapping

from explorer.arch.knobs import Config
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS
from explorer.configuration.token import from_token, to_token
from explorer.errors import ConfigError
from explorer.ui.links.kept import PINS, keep, kept
from explorer.ui.links.parts.view_link import View

COMPARED = "compare"
"""What stands side by side, each as a word, with spaces between them."""

SIDE = "side"
"""Which side of the comparison is open."""

SIDES = {
    "totals": "Totals and stages",
    "diagrams": "Diagrams",
    "layers": "Layer by layer",
    "accuracy": "Accuracy",
    "budget": "Budget",
    "timing": "Measured here",
    "printed": "Numbers that do not agree",
    "paper": "The paper",
}
"""By their names in the link; the first is the usual one."""

COMPARISON = (COMPARED, SIDE)
"""Names in the link of what the page chooses."""

AT_HAND = "knobs"
"""The word for the configuration at hand, whatever the knobs are turned to."""

USUAL_REFERENCES = ("inception-v3", DEFAULT_NETWORK.name)
"""Networks that the paper's argument is about."""

USUAL = (AT_HAND, *USUAL_REFERENCES)
"""What is compared unless somebody chooses."""

MOST_PINS = MOST_COMPARED = 4

_MOST_WORDS = 16
"""Of a link; what follows is passed over."""


def pins() -> tuple[Config, ...]:
    """The configurations that are pinned, the oldest first."""
    return tuple(map(from_token, _words(kept(PINS))))


def pin(config: Config) -> None:
    """Pins one more; of too many the oldest goes."""
    word = to_token(config)
    words = [*(each for each in _words(kept(PINS)) if each != word), word]
    keep(PINS, " ".join(words[-MOST_PINS:]))


def unpin(config: Config) -> None:
    """Takes a pin out."""
    keep(PINS, " ".join(each for each in _words(kept(PINS)) if each != to_token(config)))


def compared_words(text: str) -> tuple[str, ...]:
    """What of `text` can be compared, each once, at most `MOST_COMPARED`; the usual if nothing can."""
    return _words(text, AT_HAND)[:MOST_COMPARED] or USUAL


def read_compared(query: Mapping[str, str]) -> View:
    """What of `query` about pins and what is compared can be had. Never raises, whatever the link holds."""
    taken, ignored = {}, []
    for name, most, own in ((PINS, MOST_PINS, ()), (COMPARED, MOST_COMPARED, (AT_HAND,))):
        if name not in query:
            continue
        words = _words(query[name], *own)[:most]
        if words:
            taken[name] = " ".join(words)
        if not words or len(words) < len(query[name].split()):
            example = " ".join(list(NETWORKS)[:2])
            ignored.append(
                f"{name}: must be up to {most} configurations, each once, as {example!r}; others are left out."
            )
    if query.get(SIDE) in SIDES:
        taken[SIDE] = query[SIDE]
    elif SIDE in query:
        ignored.append(f"{SIDE}: must be one of {', '.join(SIDES)}; {next(iter(SIDES.values()))} is shown.")
    return View(taken, tuple(ignored))


def _words(text: str, *own: str) -> tuple[str, ...]:
    """The words of `text` that are configurations, as they are written here, or among `own`; each once."""
    found = []
    for word in text.split()[:_MOST_WORDS]:
        try:
            found.append(word if word in own else to_token(from_token(word)))
        except ConfigError:
            continue
    return tuple(dict.fromkeys(found))

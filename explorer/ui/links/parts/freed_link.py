"""The part of a link that says which knobs a person unlocked that the weights would set."""

from collections.abc import Mapping

from explorer.arch.knobs import Config
from explorer.configuration.brought import brought_by
from explorer.configuration.link import shown
from explorer.ui.links.kept import FREED, keep, kept
from explorer.ui.links.parts.view_link import View


def freed() -> frozenset[str]:
    """Names of the knobs that are unlocked."""
    return frozenset(kept(FREED).split(",")) - {""}


def free(name: str) -> None:
    """Unlocks a knob."""
    keep(FREED, ",".join(sorted(freed() | {name})))


def give_back(name: str) -> None:
    """Leaves a knob to the weights again."""
    keep(FREED, ",".join(sorted(freed() - {name})))


def give_all_back() -> None:
    """Leaves to the weights whatever they set."""
    keep(FREED, "")


def read_freed(query: Mapping[str, str], config: Config) -> View:
    """What of `query` about unlocked knobs can be had. Never raises, whatever the link holds."""
    if FREED not in query:
        return View({}, ())
    can_be = brought_by(config)
    asked = {part for part in query[FREED][:200].split(",") if part}
    taken = sorted(asked & can_be.keys())
    unknown = "".join(
        f" {shown(name)}: weights set no such knob of this network." for name in sorted(asked - can_be.keys())
    )
    return View({FREED: ",".join(taken)} if taken else {}, (f"{FREED}:{unknown}",) if unknown else ())

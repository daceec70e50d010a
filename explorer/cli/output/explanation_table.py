"""The facts that `explain` and `features` print for a person; JSON has all of them."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

from explorer.model.sources.known import WeightsFile, WeightsSource
from explorer.quantities import shape
from explorer.vision.methods.heat_map import settings_words

_NAME_WIDTH, _TEXT_WIDTH = 11, 108
Facts = Mapping[str, Any]


def explanation_lines(facts: Facts, files: Iterable[Path], again: str) -> Iterator[str]:
    """An explanation, line by line; `again` is the command line that finds it again."""
    yield from subject_lines(facts)
    method, settings = facts["method"], facts["method"]["settings"]
    with_settings = f", {settings_words(settings)}" if settings else ""
    yield from row("method", f"{method['title']}{with_settings} ({method['source']})")
    if facts["layer"]:
        yield from row("layer", place(facts))
    logit = "logit" if facts["against"] is None else "difference of logits"
    yield from row("target", f"{facts['target']}: {logit} {facts['score']:.4g}, {_probability(facts)}")
    map_ = facts["map"]
    prefix = "signed_" if map_["exported"] == "signed" else ""
    cut = ", what is below 0 cut off" if map_["signed_min"] < 0 and not prefix else ""
    lowest, highest, total = (map_[f"{prefix}{name}"] for name in ("min", "max", "sum"))
    yield from row(
        "map", f"{shape(map_['shape'])} cells from {lowest:.4g} to {highest:.4g}, their sum {total:.4g}{cut}"
    )
    for sentence in facts["judgement"]["sentences"]:
        yield from row("", sentence)
    if facts["judgement"]["kind"] == "negative" and not prefix:
        yield from row("", "With --signed the map keeps them.")
    if facts["branch_share"]:
        yield from row("branch", facts["branch_share"]["sentence"])
    yield from _score_lines(facts)
    yield from closing_lines(files, again)


def subject_lines(facts: Facts) -> Iterator[str]:
    """Picture, weights and answer."""
    picture, weights = facts["picture"], facts["weights"]
    name = "" if weights["state"] == "random" else f": {weights['name']}"
    yield f"{picture['name']}  {picture['width']} × {picture['height']} px  [{weights['state']} weights{name}]"
    for change in weights["changes"]:
        yield f"  ({change})"
    for rank, each in enumerate(facts["top"]):
        yield from row("" if rank else "answer", f"{100 * each['probability']:6.2f} %  {class_name(each)}")


def place(facts: Facts) -> str:
    """Layer, stage, shape and receptive field."""
    field = facts["receptive_field"]["size"]
    side = f"{field} px" if isinstance(field, int) else f"{shape(tuple(field))} px"
    return (
        f"{facts['layer']}, {facts['stage']} ({facts['stage_title']}): {shape(facts['shape'])}, receptive field {side}"
    )


def closing_lines(files: Iterable[Path], again: str) -> Iterator[str]:
    """What was written, and how to find it again."""
    yield from row("written", ", ".join(map(str, files)))
    yield f"{'again':{_NAME_WIDTH}}{again}"


def from_here(command: str, picture: Path, weights: WeightsSource | None) -> str:
    """A command line of facts, which name files without their folders, as it works in this folder."""
    words = shlex.split(command)
    words[words.index("explorer") + 2] = _no_option(picture)
    if isinstance(weights, WeightsFile):
        words[words.index("--weights") + 1] = _no_option(weights.path)
    return shlex.join(words)


def _no_option(path: Path) -> str:
    """The path, told apart from an option, and from the name of known weights."""
    return str(path) if len(path.parts) > 1 else f"./{path}"


def row(name: str, text: str) -> Iterator[str]:
    """What is said under a name, in as many lines as it takes."""
    for number, line in enumerate(wrap(text, _TEXT_WIDTH, drop_whitespace=False) or [""]):
        yield f"{'' if number else name:{_NAME_WIDTH}}{line.rstrip()}"


def class_name(of: Facts) -> str:
    """Its label, or its number where nobody knows what it is called."""
    return of["label"] or f"output {of['index']}"


def _probability(facts: Facts) -> str:
    of = f" of {class_name(facts['class'])}" if facts["against"] else ""
    return f"probability{of} {100 * facts['probability']:.2f} %"


def _score_lines(facts: Facts) -> Iterator[str]:
    scores, check = facts["faithfulness"], facts["sanity_check"]
    if scores:
        for name, better in (("deletion", "smaller"), ("insertion", "larger")):
            areas = scores[name]
            by_map, by_random = areas["map_area"], areas["random_area"]
            yield from row(name, f"area {by_map:.3f}, of random orders {by_random:.3f} in the mean; {better} is better")
    if check:
        correlation = check["rank_correlation"]
        with_random = f"with the map by random weights {'above the layer' if facts['layer'] else 'everywhere'}"
        if correlation is None:
            yield from row("sanity", f"cannot be compared {with_random}: one of them is flat")
        else:
            warning = "near 1 or -1 it would not depend on what was learnt there"
            yield from row("sanity", f"rank correlation {correlation:.2f} {with_random}; {warning}")

"""Pictures to begin with: photographs that ship with the program, and what came with fetched weights."""

from dataclasses import dataclass
from pathlib import Path

from explorer.arch.trained_weights import TrainedWeights, WheelMember
from explorer.assets import ASSETS
from explorer.model.sources.known import WeightsSource
from explorer.model.sources.labels import LABEL_SETS
from explorer.model.sources.store import pictures_of

_FOLDER = ASSETS / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture.

    Attributes:
        name: short key, stable: it stands in links.
        file: Where it lies.
        title: caption.
        alt: what the picture shows, for those who cannot see it.
        credit: who made it.
        licence: under which it may be copied.
        shows: label sets, each with the names of its classes that are truly in the picture, none of them if there
            are none; of a set that is left out nobody can say.
    """

    name: str
    file: Path
    title: str
    alt: str
    credit: str
    licence: str
    shows: tuple[tuple[str, tuple[str, ...]], ...]

    def classes_of(self, label_set: str) -> tuple[str, ...] | None:
        """The classes of `label_set` that are in the picture; None if nobody can say."""
        return dict(self.shows).get(label_set)


def _shows(**names: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What an everyday photograph shows: none of the classes of label sets that are not named."""
    return tuple((dict.fromkeys(LABEL_SETS, ()) | names).items())


SAMPLES = (
    Sample(
        name="coffee",
        file=_FOLDER / "coffee.jpg",
        title="Coffee",
        alt="A red cup of espresso on a saucer with a spoon, on a wooden table",
        credit="Rachel Michetti, courtesy of Pikolo Espresso Bar",
        licence="CC0 1.0",
        # The saucer is no plate; ImageNet's spoon is a wooden one.
        shows=_shows(kitchenware=("cup", "spoon"), imagenet=("espresso", "cup")),
    ),
    Sample(
        name="chelsea",
        file=_FOLDER / "chelsea.jpg",
        title="Chelsea the cat",
        alt="The face of a tabby cat with green eyes, close up",
        credit="Stéfan van der Walt",
        licence="CC0 1.0",
        shows=_shows(imagenet=("tabby",)),
    ),
    Sample(
        name="astronaut",
        file=_FOLDER / "astronaut.jpg",
        title="Eileen Collins",
        alt="A smiling astronaut in an orange suit; behind her a flag and a model of the space shuttle",
        credit="NASA",
        licence="public domain",
        shows=_shows(imagenet=("space shuttle",), expressions=("happy",)),
    ),
    Sample(
        name="rocket",
        file=_FOLDER / "rocket.jpg",
        title="Falcon 9",
        alt="A white rocket standing upright on its launch pad at dusk, floodlit between lattice towers",
        credit="SpaceX",
        licence="public domain",
        # ImageNet has no rocket; its missile is one that carries a warhead.
        shows=_shows(),
    ),
)
"""In the order in which they are offered; the first shows two of the six kitchenware classes, a cup and a spoon."""


def samples_of(weights: WeightsSource | None) -> tuple[Sample, ...]:
    """The labelled pictures that came with `weights`, as their makers labelled them; none if they are not here."""
    if not isinstance(weights, TrainedWeights) or not isinstance(weights.origin, WheelMember):
        return ()
    credit = f"from {weights.origin.requirement.replace('==', ' ')}"
    found = pictures_of(weights)
    labels = [label for _, label in found]
    return tuple(
        Sample(
            name=path.stem,
            file=path,
            title=label.capitalize() + (f" {1 + labels[:number].count(label)}" if labels.count(label) > 1 else ""),
            alt=f"A picture that its makers labelled {label}",
            credit=credit,
            licence="its licence is not stated",
            shows=((weights.labels, (label,)),),
        )
        for number, (path, label) in enumerate(found)
    )

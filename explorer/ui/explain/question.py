"""What the Explain page asks: why this picture, of this class, by this method, at this place."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from explorer.arch.places.taps import Tap
from explorer.ui.choose.subject_choice import Subject
from explorer.ui.session import cache
from explorer.vision.checks.sanity import CHECKED, SanityCheck
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.method import Method
from explorer.vision.methods.table import METHODS
from explorer.vision.methods.target import Target
from explorer.vision.results import certainty, entropy_bits, max_entropy_bits

if TYPE_CHECKING:
    from explorer.vision.checks.faithfulness import Faithfulness
    from explorer.vision.checks.judgement import BranchShare

LongWork = Literal["heat map", "faithfulness"]
Key = tuple[Hashable, str, Tap | None, Target]


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a picture in a network; the answers are in the caches.

    Attributes:
        subject: The picture in the network.
        method: How it is asked.
        tap: Where; None for methods that look at the picture itself.
        target: What is asked about.
    """

    subject: Subject
    method: str
    tap: Tap | None
    target: Target

    @property
    def facts(self) -> Method:
        """What there is to say about the method."""
        return METHODS[self.method]

    @property
    def target_words(self) -> str:
        """The target in words."""
        return self.target.words(self.subject.labels)

    @property
    def short_target_words(self) -> str:
        """The same for sentences that would not be read with two classes in them."""
        return self.target_words if self.target.against is None else "the target"

    @property
    def is_guess(self) -> bool:
        """Whether the network guesses, by the same measure as on Classify; None of this with random weights."""
        logits, provenance = self.subject.of_pass.logits, self.subject.provenance
        share = entropy_bits(logits, provenance) / max_entropy_bits(logits.size, provenance)
        return self.subject.labels is not None and certainty(share) == "guessing"

    @property
    def place_words(self) -> str:
        """The place in words: "at block8_sepconv3 (after ReLU)"."""
        if self.tap is None:
            return "on the picture itself"
        return f"at {self.tap.layer} ({self.tap.stage_words})"

    @property
    def file_name(self) -> str:
        """How the names of files about it begin: "grad-cam-block8_sepconv3-act"."""
        return "-".join([self.method.replace("+", "p"), *([self.tap.name] if self.tap else [])])

    @property
    def key(self) -> Key:
        """What the answers are known by."""
        subject = self.subject
        return (subject.look.key, self.method, self.tap, self.target)

    @property
    def heat_map(self) -> HeatMap | None:
        """The map; None if it takes long and was not computed yet."""
        if self.facts.slow:
            return self.finished("heat map")
        return cache.heat_map(self.subject.look, self.method, self.tap, self.target)

    @property
    def faithfulness(self) -> "Faithfulness | None":
        """Deletion and insertion, if they were computed."""
        return self.finished("faithfulness")

    @property
    def sanity_check(self) -> SanityCheck | None:
        """The map's double by random weights; None for methods that cannot be checked."""
        if self.method not in CHECKED:
            return None
        return cache.sanity_check(self.subject.look, self.method, self.tap, self.target)

    @property
    def branch_share(self) -> "BranchShare | None":
        """What of the evidence the branch carries, for a place inside a residual module."""
        if self.tap is None:
            return None
        return cache.branch_share(self.subject.look, self.tap, self.target)

    def finished(self, what: LongWork) -> Any:
        """What was computed before; None if nothing was."""
        return cache.finished(what, *self.key)

    def finish(self, what: LongWork, result: Any) -> None:
        """Keeps what was computed."""
        cache.keep_finished(result, what, *self.key)

"""One step of the tour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from explorer.arch.knobs import Config

Page = Literal["architecture", "understand", "compare", "classify", "explain", "feature_maps"]
PAGE_TITLES: Mapping[Page, str] = MappingProxyType(
    {
        "architecture": "Architecture",
        "understand": "Understand",
        "compare": "Compare",
        "classify": "Classify",
        "explain": "Explain",
        "feature_maps": "Feature maps",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        title: In two or three words.
        page: Where it is.
        config: What the knobs stand at when it begins.
        do: What to do, in Markdown.
        see: What is then to be seen, in Markdown, with its numbers.
        view: What else stands in the link, by name: layer, panel and the like.
        weights: Name in full of the weights that it needs; None if it needs none.
    """

    title: str
    page: Page
    config: Config
    do: str
    see: str
    view: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    weights: str | None = None

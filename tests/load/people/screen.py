"""What a browser shows of the messages that the app sends it: elements where they stand, stale ones taken away."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsgMetadata

_TAG = re.compile(r"<[^>]*>")
_FETCHED = {"picture", "map"}
"""What of a painted map the browser fetches, by the names of the addresses."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An element on the page.

    Attributes:
        kind: "slider", "markdown" and so on; of a block the kind of block. A slider over words is a "select_slider".
        content: The message of that kind.
        fragment: The part of the page that is run anew when it is used; "" if all of it is.
        script: Whose it is: a page's, or that of what stands around all pages.
        run: The run that drew it.
    """

    kind: str
    content: object
    fragment: str
    script: str
    run: str


class Screen:
    """A page as it stands."""

    def __init__(self) -> None:
        self._shown: dict[tuple[int, ...], Shown] = {}
        self._run = ""

    def begin(self, run: str) -> None:
        """What is drawn from now on belongs to this run."""
        self._run = run

    def draw(self, delta: Delta, metadata: ForwardMsgMetadata) -> Shown | None:
        """Puts what was sent where it belongs; returns it if it is an element."""
        kind = delta.WhichOneof("type")
        if kind == "new_transient":  # a spinner, which nobody reads
            return None
        content = delta.new_element if kind == "new_element" else delta.add_block
        inner = content.WhichOneof("type") or ""
        shown = Shown(
            "select_slider" if inner == "slider" and content.slider.options else inner,
            getattr(content, inner) if inner else None,
            delta.fragment_id,
            metadata.active_script_hash,
            self._run,
        )
        self._shown[tuple(metadata.delta_path)] = shown
        return shown if isinstance(content, Element) and inner else None

    def finish(self, fragments: Collection[str]) -> None:
        """Takes away what the run did not draw again, of these parts of the page; of all if none are named."""
        self._shown = {
            path: each
            for path, each in self._shown.items()
            if each.run == self._run or (fragments and each.fragment not in fragments)
        }

    def elements(self, kind: str) -> Iterator[Shown]:
        """All of a kind, from top to bottom."""
        return (each for each in self._in_order() if each.kind == kind)

    @property
    def lines(self) -> list[str]:
        """All that can be read, from top to bottom; what stands apart on the page has a line of its own."""
        texts = (text for each in self._in_order() for text in _texts(each))
        return [line for text in texts for line in map(str.strip, text.splitlines()) if line]

    def below(self, words: str) -> str:
        """The line below the first line that consists of these words.

        Raises:
            LookupError: If there is none.
        """
        lines = self.lines
        if words not in lines[:-1]:
            raise LookupError(f"{words!r} does not stand on the page")
        return lines[lines.index(words) + 1]

    def line(self, words: str) -> str:
        """The first line in which these words stand.

        Raises:
            LookupError: If there is none.
        """
        for line in self.lines:
            if words in line:
                return line
        raise LookupError(f"{words!r} does not stand on the page")

    @property
    def pictures(self) -> set[str]:
        """Addresses of all pictures, from the server's root, and of the numbers that a browser paints maps of."""
        painted = {told[name] for told in map(_told, self.elements("bidi_component")) for name in _FETCHED & set(told)}
        painted = {each for each in painted if not each.startswith("data:")}  # it came with the page
        return painted | {image.url for each in self.elements("imgs") for image in each.content.imgs}

    @property
    def errors(self) -> list[str]:
        """What says that something went wrong."""
        found = [each.content.message or each.content.type for each in self.elements("exception")]
        return found + [each.content.body for each in self.elements("alert") if each.content.format == Alert.ERROR]

    def _in_order(self) -> Iterator[Shown]:
        return (each for _, each in sorted(self._shown.items(), key=lambda item: item[0]))


def _told(shown: Shown) -> dict[str, Any]:
    """What a component of the app's own is told."""
    told = json.loads(shown.content.json or "{}")
    return told if "alts" in told else {}


def _texts(shown: Shown) -> Iterator[str]:
    content = shown.content
    match shown.kind:
        case "markdown" | "alert" | "heading" | "text":
            yield content.body
        case "html":
            yield unescape(_TAG.sub("\n", content.body))
        case "metric":
            yield from (content.label, content.body, content.delta)
        case "imgs":
            yield from (text for image in content.imgs for text in (image.alt, image.caption))
        case "bidi_component":
            yield from _told(shown).get("alts", {}).values()
        case "plotly_chart":
            yield content.alt
        case "dataframe":
            yield content.alt
        case "selectbox" | "slider" | "text_input" | "button" | "expandable" | "tab" | "popover":
            yield content.label

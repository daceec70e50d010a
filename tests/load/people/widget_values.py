"""What a browser keeps of each widget, and how it says so to the server."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of widget.

    Attributes:
        first: The value that it has when it first appears.
        set: The value that the server gives it.
        say: Puts a value into a message.
    """

    first: Callable[[Any], Any]
    set: Callable[[Any], Any]
    say: Callable[[WidgetState, Any], Any]


def _field(name: str) -> Callable[[WidgetState, Any], Any]:
    return lambda state, value: setattr(state, name, value)


def _list(name: str) -> Callable[[WidgetState, Any], Any]:
    return lambda state, values: getattr(state, name).data.extend(values)


def _simple(name: str) -> _Kind:
    return _Kind(lambda content: content.default, lambda content: content.value, _field(name))


def _words(content: Any, positions: Iterable[float]) -> list[str]:
    return [content.options[int(position)] for position in positions]


KINDS = {
    "slider": _Kind(
        lambda content: list(content.default), lambda content: list(content.value), _list("double_array_value")
    ),
    "select_slider": _Kind(
        lambda content: _words(content, content.default),
        lambda content: list(content.raw_value),
        _list("string_array_value"),
    ),
    "selectbox": _Kind(
        lambda content: content.options[content.default] if content.HasField("default") else None,
        lambda content: content.raw_value,
        _field("string_value"),
    ),
    "button_group": _Kind(
        lambda content: [content.options[index].content for index in content.default],
        lambda content: list(content.raw_values),
        _list("string_array_value"),
    ),
    "checkbox": _simple("bool_value"),
    "text_input": _simple("string_value"),
    "number_input": _simple("double_value"),
    "pagination": _simple("int_value"),
    "file_uploader": _Kind(
        lambda content: None,
        lambda content: None,
        lambda state, files: state.file_uploader_state_value.uploaded_file_info.extend(files),
    ),
}
"""Widgets that keep a value; a button keeps none."""


def state_of(identifier: str, kind: str, value: Any) -> WidgetState:
    """The message that says what the widget is set to."""
    state = WidgetState(id=identifier)
    KINDS[kind].say(state, value)
    return state


def text_in_link(value: Any) -> str:
    """How a browser writes a widget's value into the link."""
    (first,) = value if isinstance(value, list) else (value,)
    return f"{first:g}" if isinstance(first, float) else str(first)

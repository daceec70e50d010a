"""The options by which a person says what a weights file does not tell."""

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from explorer.arch.preprocessing import PREPROCESSINGS
from explorer.cli.options.network_options import NetworkOptions
from explorer.configuration.registry import network, network_of, preset
from explorer.errors import ConfigError

if TYPE_CHECKING:
    from explorer.model.recognition.told import Told

_PANEL = "What a weights file does not tell"
_POOLINGS = ("avg", "max", "flatten")
_OUTPUTS = ("softmax", "sigmoid", "logits")

PreprocessingOption = Annotated[
    str | None,
    typer.Option(
        "--preprocessing",
        metavar="|".join(PREPROCESSINGS),
        help="How pixels were scaled in training: to -1..1 (Keras' mode tf), 0..1, not at all, or ImageNet's mean "
        "subtracted in BGR (caffe).",
        rich_help_panel=_PANEL,
    ),
]
PoolingOption = Annotated[
    str | None,
    typer.Option(
        "--pooling",
        metavar="|".join(_POOLINGS),
        help="What the head does with the last maps: their mean, their maximum, or all values.",
        rich_help_panel=_PANEL,
    ),
]
HeadOption = Annotated[
    str | None,
    typer.Option(
        "--head",
        metavar="|".join(_OUTPUTS),
        help="What is done with the outputs: softmax, or sigmoid for classes that are independent of each other.",
        rich_help_panel=_PANEL,
    ),
]


LabelsOption = Annotated[
    str | None,
    typer.Option(
        "--labels",
        metavar="FILE|NAME,NAME...",
        help="What the classes are called, in the order of the outputs: a text, CSV or JSON file, or the names.",
        rich_help_panel=_PANEL,
    ),
]


def class_names(labels: str | None) -> tuple[str, ...] | None:
    """The names that `--labels` gives; None if it was left out.

    Raises:
        ConfigError: If there is no such file, or it holds no names.
    """
    if labels is None:
        return None
    from explorer.model.sources.class_names import MOST_BYTES, names_in, typed_names

    if "," in labels:
        return typed_names(labels)
    try:
        with Path(labels).open("rb") as file:
            return names_in(file.read(MOST_BYTES + 1), labels)
    except OSError as error:
        raise ConfigError(
            f"--labels must be a file, or names separated by commas, got {labels!r}: {error.strerror or error}"
        ) from error


def told(
    options: NetworkOptions, preprocessing: str | None, pooling: str | None, head: str | None, labels: str | None
) -> "Told":
    """What the options beside the knobs say of a weights file.

    Raises:
        ConfigError: If there is nothing of a name; names the nearest.
    """
    from explorer.model.recognition.told import Told

    name = options.network or (network_of(preset(options.preset).config).name if options.preset else None)
    return Told(
        network(name).name if name else None,
        preprocessing=PREPROCESSINGS[_one_of("--preprocessing", preprocessing, PREPROCESSINGS)]
        if preprocessing
        else None,
        pooling=_one_of("--pooling", pooling, _POOLINGS) if pooling else None,  # type: ignore[arg-type]
        output=_one_of("--head", head, _OUTPUTS) if head else None,  # type: ignore[arg-type]
        labels=labels,
    )


def _one_of(option: str, given: str, known: Any) -> str:
    if given not in known:
        near = get_close_matches(given, known, n=1, cutoff=0.4)
        hint = f"; the nearest is {near[0]}" if near else ""
        raise ConfigError(f"{option} must be one of {', '.join(known)}, got {given!r}{hint}")
    return given

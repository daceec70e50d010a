"""The description of a network inside a file that Keras saved, read as JSON and never made into objects.

A layer whose class is not Keras' own, or that holds a Python function, is refused: its weights would fit, but the
network would compute something else.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.errors import WeightsError
from explorer.model.keras_files.saved_operations import OWN_LAYERS, canonical, snake_case

_OWN_PACKAGES = ("keras", "tf_keras")
# Classes of Keras whose configuration lists layers that a picture passes.
_MODELS = ("Functional", "Model", "Sequential", "Pipeline")
_OPERATION_MODULES = ("keras.ops", "keras.src.ops")
# The setting that each variable depends on; the statistics depend on none.
_BATCH_NORMALIZATION = {"gamma": "scale", "beta": "center", "moving_mean": "", "moving_variance": ""}


@dataclass(frozen=True, slots=True)
class SavedLayer:
    """A layer, or a model inside a model.

    Attributes:
        name: Keras' name of the layer.
        kind: Keras' class in snake case, as `separable_conv2d`.
        batch_normalization: The variables of a batch normalization with its settings of scale and center.
        inner: The layers of a nested model, in its order; None for a layer.
        settings: What else the file says of it, as it says it.
    """

    name: str
    kind: str
    batch_normalization: tuple[str, ...]
    inner: "tuple[SavedLayer, ...] | None"
    settings: Mapping[str, Any]

    def leaves(self, around: str = "") -> "Iterator[tuple[str, SavedLayer]]":
        """This layer, or the layers of this model and of the models inside it, in order, each with its place.

        A place is the names of the models around a layer and its own, as `SavedNode.path`.
        """
        place = f"{around}{self.name}"
        if self.inner is None:
            yield place, self
        else:
            for layer in self.inner:
                yield from layer.leaves(f"{place}/")


@dataclass(frozen=True, slots=True)
class SavedConfig:
    """A saved functional or sequential model.

    Attributes:
        layers: In the model's order.
        input_size: Side of its square input in pixels, None if it is open or not square.
        model: The whole configuration, as the file has it.
    """

    layers: tuple[SavedLayer, ...]
    input_size: int | None
    model: Mapping[str, Any]


def parse_config(text: str | bytes, shown_as: str) -> SavedConfig:
    """Read a model's configuration.

    Raises:
        WeightsError: It is not one, or it holds code.
    """
    try:
        saved = json.loads(text)
        _refuse_functions(saved, "the model")
        _refuse_own_model(saved)
        model = _parse_layer(saved)
        size = next(_square_inputs(saved), None)
    except RecursionError as error:
        raise WeightsError(f"{shown_as}: its configuration is nested too deep.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # not JSON, or not of Keras' form
        raise WeightsError(f"{shown_as}: its configuration is not one that Keras writes.") from error
    except _NotKeras as error:
        raise WeightsError(
            f"{shown_as}: {error} Only networks of Keras' own layers can be read: put such layers in its place, "
            "as Rescaling for a scaling of pixels, and save the model anew, by keras.Model(inputs, outputs)."
        ) from error
    if model.inner is None:
        raise WeightsError(f"{shown_as}: its configuration is not one that Keras writes.")
    return SavedConfig(model.inner, size, saved)


class _NotKeras(Exception):
    """A layer that is not Keras' own, in words."""


def _parse_layer(saved: dict[str, Any]) -> SavedLayer:
    """A layer and what is inside it. Keras 2 wrote no module, and a Sequential's configuration as a bare list."""
    class_name, config = saved["class_name"], saved["config"]
    settings = config if isinstance(config, dict) else {"layers": config}
    name = str(settings.get("name") or saved.get("name") or class_name)
    is_ours = class_name in OWN_LAYERS or saved.get("registered_name") in OWN_LAYERS
    if "module" in saved and not is_ours and str(saved["module"]).partition(".")[0] not in _OWN_PACKAGES:
        raise _NotKeras(f"layer {name!r} is of the class {class_name!r}, which is not Keras' own.")
    inner = settings.get("layers")
    if inner is not None and class_name not in _MODELS:
        raise _NotKeras(f"layer {name!r} is a model of the class {class_name!r}, which is not Keras' own.")
    return SavedLayer(
        name,
        snake_case(canonical(class_name)),
        tuple(name for name, setting in _BATCH_NORMALIZATION.items() if settings.get(setting, True)),
        None if inner is None else tuple(_parse_layer(layer) for layer in inner if not _is_operation(layer)),
        settings,
    )


def _refuse_own_model(saved: dict[str, Any]) -> None:
    """Raise if the whole is a class that somebody wrote, which may compute anything.

    The legacy format tells no module.
    """
    class_name = saved["class_name"]
    if class_name not in _MODELS or str(saved.get("module", "keras")).partition(".")[0] not in _OWN_PACKAGES:
        raise _NotKeras(
            f"it is a model of the class {class_name!r}, expected a functional or sequential model of Keras' own."
        )


def _is_operation(saved: dict[str, Any]) -> bool:
    """Whether this node is a bare operation (`keras.ops.add`): Keras saves it among the layers."""
    return str(saved.get("module")).startswith(_OPERATION_MODULES)


def _refuse_functions(value: object, owner: str) -> None:
    """Raise if Python code is stored anywhere in `value`; `owner` names the nearest layer."""
    if isinstance(value, dict):
        config = value.get("config")
        if isinstance(config, dict) and isinstance(config.get("name"), str):
            owner = f"layer {config['name']!r}"
        if value.get("class_name") in ("Lambda", "__lambda__", "function"):
            raise _NotKeras(f"{owner} holds a Python function ({value['class_name']}).")
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _refuse_functions(inner, owner)


def _square_inputs(value: object) -> Iterator[int]:
    """Sides of all square RGB inputs that are declared in `value`, outermost first."""
    if isinstance(value, dict):
        for key in ("batch_shape", "batch_input_shape"):
            match value.get(key):
                case [_, int(height), int(width), 3] if height == width:
                    yield height
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _square_inputs(inner)

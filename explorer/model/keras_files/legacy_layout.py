"""How Keras lays out weights in its legacy HDF5 format: lists of names, in order.

The file lists its layers in the model's order and each layer's variables by name. A nested model counts as one
layer that lists the variables of all its layers, the trainable ones first. The order of its layers is told by the
configuration of a whole-model file. Without one it is certain only where all moving statistics stand behind all
else, which is how a model lists its variables when all its layers are trainable; a frozen model lists layer after
layer, but so can one that was frozen in part.

Source: keras/src/legacy/saving/legacy_h5_format.py (Keras 3.15); the oldest names are those of Keras 1.2.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from explorer.errors import WeightsError
from explorer.model.keras_files.hdf5_tree import Array, Group
from explorer.model.keras_files.saved_config import SavedLayer
from explorer.model.keras_files.stored_layers import BATCH_NORMALIZATION, StoredLayer, stored_layer

_OLD_NAMES = {"W": "kernel", "b": "bias", "running_mean": "moving_mean", "running_std": "moving_variance"}
_ORDER = ("depthwise_kernel", "pointwise_kernel", "kernel", "bias", *BATCH_NORMALIZATION)
# As in `block1_conv1/kernel:0`, `conv2d/kernel` and `block1_conv1_W_1:0`.
_VARIABLE = re.compile(rf"(.*?)(?:^|[/_])({'|'.join((*_ORDER, *_OLD_NAMES))})(?:_\d+)?(?::\d+)?")


def legacy_layers(root: Group, saved: Sequence[SavedLayer], shown_as: str) -> tuple[list[StoredLayer], bool]:
    """The layers listed in `root`, and whether their order is certain.

    Args:
        root: The group with the list of layers.
        saved: The layers in the file's configuration; empty if it has none.
        shown_as: What messages call the file.

    Raises:
        WeightsError: The file lists what it does not hold.
    """
    configured = {layer.name: layer for layer in saved}
    layers: list[StoredLayer] = []
    ordered = True
    for name in _names(root, "layer_names", shown_as):
        group = root.group(name)
        if group is None:
            raise WeightsError(f"{shown_as} lists the layer {name!r} but does not hold it.")
        config = configured.get(name)
        leaves = {leaf.name: (place, leaf) for place, leaf in config.leaves()} if config else {}
        listed = _variables(group, shown_as)
        parts: dict[str, list[tuple[str, Array]]] = {}
        for part, variable, array in listed:
            parts.setdefault(part, []).append((variable, array))
        if len(parts) == 1 and (config is None or config.inner is None):
            # Not a nested model. Old files may name the variables after another layer than their own.
            parts = {name: next(iter(parts.values()))}
        elif leaves.keys() >= parts.keys():
            parts = {leaf: parts[leaf] for leaf in leaves if leaf in parts}
        else:
            ordered = ordered and _all_trainable(listed)
        for part, arrays in parts.items():
            place, leaf = leaves.get(part, (None, None))
            kind = leaf.kind if leaf else _told_kind(arrays)
            layer = stored_layer(part, kind, f"{group.path}/{part}", _in_keras_order(arrays), shown_as, place)
            layers += [layer] if layer else []
    return layers, ordered


def _told_kind(variables: Sequence[tuple[str, Array]]) -> str | None:
    """The class of a layer that its variables' names tell: Keras 2 named a depthwise convolution's kernel so."""
    names = {name for name, _ in variables}
    return "depthwise_conv2d" if "depthwise_kernel" in names and "pointwise_kernel" not in names else None


def _variables(group: Group, shown_as: str) -> list[tuple[str, str, Array]]:
    """What `group` lists: (layer, variable, array)."""
    found = []
    for written in _names(group, "weight_names", shown_as):
        array = group.array(written)
        if array is None:
            raise WeightsError(f"{shown_as} lists {written!r} in {group.path} but does not hold it.")
        match = _VARIABLE.fullmatch(written)
        layer, variable = match.groups() if match else (written.rpartition("/")[0], written.rpartition("/")[2])
        found.append((layer, _OLD_NAMES.get(variable, variable), array))
    # Short names where they are unique: a path begins with the models around a layer.
    short = {layer: layer.rpartition("/")[2] for layer, _, _ in found}
    if len(set(short.values())) == len(short):
        found = [(short[layer], variable, array) for layer, variable, array in found]
    return found


def _in_keras_order(variables: list[tuple[str, Array]]) -> list[tuple[str, Array]]:
    """Variables with Keras' names in Keras' order; others as listed."""
    names = [name for name, _ in variables]
    if "pointwise_kernel" not in names:  # what Keras 2 called the kernel of a depthwise convolution
        variables = [("kernel" if name == "depthwise_kernel" else name, array) for name, array in variables]
    if set(names) <= set(_ORDER):
        variables = sorted(variables, key=lambda entry: _ORDER.index(entry[0]))
    return variables


def _all_trainable(variables: list[tuple[str, str, Array]]) -> bool:
    """Whether the moving statistics come last, away from the other variables of their layers."""
    moving = [variable.startswith("moving_") for _, variable, _ in variables]
    runs = [layer for layer, _ in groupby(layer for layer, _, _ in variables)]
    return moving == sorted(moving) and len(set(runs)) < len(runs)


def _names(group: Group, attribute: str, shown_as: str) -> list[str]:
    """The list of names in an attribute of `group`."""
    names = group.texts.get(attribute)
    if not isinstance(names, list):
        raise WeightsError(f"{shown_as} is damaged: {group.path or 'it'} has no list of {attribute}.")
    if len(set(names)) < len(names):
        raise WeightsError(f"{shown_as} is damaged: {group.path or 'it'} lists a name twice in {attribute}.")
    return names

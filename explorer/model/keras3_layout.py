"""How Keras 3 lays out weights in HDF5: a group per layer, called after its class, with numbered variables.

Within a model's `layers`, groups are counted per class (`conv2d`, `conv2d_1`), and HDF5 lists them by name. The
count gives the order within a class. The order between classes is told by the configuration, where there is one;
else by where in the file the headers of the variables stand, because Keras writes one layer after the other and HDF5
appends, but for headers that fill a gap: so the last header of each layer is compared. That was right for 150
random models and for Xception, nested and not, and is believed only where it agrees with the counts.

Source: keras/src/saving/saving_lib.py (Keras 3.15).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from explorer.errors import WeightsError
from explorer.model.hdf5_tree import Group
from explorer.model.saved_config import SavedLayer
from explorer.model.stored_layers import BATCH_NORMALIZATION, VARIABLES, StoredLayer, stored_layer


def configured_layers(model: Group, saved: Iterable[SavedLayer], shown_as: str) -> Iterator[StoredLayer]:
    """The layers of `model`, in the order and with the names of its configuration.

    Raises:
        WeightsError: Weights and configuration disagree.
    """
    container = model.groups.get("layers")
    unclaimed = dict(container.groups) if container else {}
    counts: Counter[str] = Counter()
    for layer in saved:
        key = f"{layer.kind}_{counts[layer.kind]}" if counts[layer.kind] else layer.kind
        counts[layer.kind] += 1
        group = unclaimed.pop(key, None)
        if group is None:  # no weights
            continue
        written = _written_name(group)
        if written not in (None, layer.name):
            raise WeightsError(f"{shown_as}: {group.path} is called {written!r}, in the configuration {layer.name!r}.")
        if layer.inner is not None:
            yield from configured_layers(group, layer.inner, shown_as)
        else:
            for part in _groups_with_variables(group):
                name = layer.name + part.path.removeprefix(group.path)
                yield from _numbered_layer(part, name, layer.kind, layer.batch_normalization, shown_as)
    for group in unclaimed.values():
        if any(True for _ in _groups_with_variables(group)):
            raise WeightsError(f"{shown_as}: the weights in {group.path} belong to no layer of the configuration.")


def counted_layers(model: Group, shown_as: str) -> tuple[list[StoredLayer], bool]:
    """The layers of `model`, and whether their order is certain; if not, they are sorted by class and count."""
    groups = [(*_class_and_count(key), group) for key, group in model.groups["layers"].groups.items()]
    counted = sorted(groups, key=lambda entry: entry[:2])
    placed = sorted(counted, key=lambda entry: _place(entry[2]))
    ordered = sorted(placed, key=lambda entry: entry[0]) == counted
    layers: list[StoredLayer] = []
    for kind, _, group in placed if ordered else counted:
        if "layers" in group.groups:
            inner, inner_ordered = counted_layers(group, shown_as)
            layers += inner
            ordered = ordered and inner_ordered
        else:
            for part in _groups_with_variables(group):
                layers += _numbered_layer(part, _written_name(part), kind, BATCH_NORMALIZATION, shown_as)
    return layers, ordered


def _numbered_layer(
    group: Group, name: str | None, kind: str, batch_normalization: tuple[str, ...], shown_as: str
) -> Iterator[StoredLayer]:
    """The layer whose variables are in `group`, if they are weights."""
    arrays = [array for _, array in sorted(group.groups["vars"].arrays.items(), key=lambda item: _number(item[0]))]
    names = batch_normalization if kind == "batch_normalization" else VARIABLES.get(kind, ())
    if kind == "batch_normalization" and len(arrays) < len(names):
        # Without a configuration it is not told which is missing; networks leave out gamma first (Inception V3).
        names = names[len(names) - len(arrays) :]
    numbers = [str(index) for index in range(len(names), len(arrays))]
    layer = stored_layer(name, kind, group.path, list(zip([*names, *numbers], arrays, strict=False)), shown_as)
    if layer is not None:
        yield layer


def _groups_with_variables(group: Group) -> Iterator[Group]:
    """`group` and the groups below it that hold variables: more than one if a layer is made of layers."""
    if "vars" in group.groups and group.groups["vars"].arrays:
        yield group
    for inner in group.groups.values():
        yield from _groups_with_variables(inner)


def _written_name(group: Group) -> str | None:
    """The layer's name beside its variables; Keras did not write it before 3.4 or so."""
    name = group.groups["vars"].texts.get("name") if "vars" in group.groups else None
    return name if isinstance(name, str) else None


def _class_and_count(key: str) -> tuple[str, int]:
    """`conv2d_3` is the fourth of its class, `conv2d` the first."""
    kind, _, count = key.rpartition("_")
    return (kind, int(count)) if kind and count.isdecimal() else (key, 0)


def _place(group: Group) -> int:
    """Position in the file of the last header below `group`."""
    return max((array.place for array in group.all_arrays()), default=0)


def _number(key: str) -> tuple[int, str]:
    """Sorts 10 after 9."""
    return (int(key), key) if re.fullmatch("[0-9]{1,9}", key) else (10**9, key)

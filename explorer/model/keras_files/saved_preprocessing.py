"""What a file's network does to a picture first, as preprocessing: rescaling layers and arithmetic before the base."""

from collections.abc import Mapping
from math import isclose

from explorer.arch.ops import Input
from explorer.arch.preprocessing import MEAN_BGR, PIXELS, SIGNED, UNIT, Order, Preprocessing
from explorer.errors import WeightsError
from explorer.model.keras_files.saved_graph import SavedGraph, preprocessing_nodes
from explorer.model.keras_files.saved_operations import Affine, ReversedChannels

_KNOWN = (SIGNED, UNIT, PIXELS, MEAN_BGR)
_REVERSED: Mapping[Order, Order] = {"RGB": "BGR", "BGR": "RGB"}


def saved_preprocessing(graph: SavedGraph, normalizations: Mapping[str, Affine], shown_as: str) -> Preprocessing | None:
    """What is done to pixel values from 0 to 255 before the network; None if the file has no layer that does it.

    Args:
        graph: The file's network.
        normalizations: By layer, of those that keep their statistics with the weights.
        shown_as: What messages call the file.

    Raises:
        WeightsError: If a layer has other numbers of channels than the picture, or its statistics are missing.
    """
    _, *positions = preprocessing_nodes(graph)
    if not positions:
        return None
    image = graph.nodes[0].op
    assert isinstance(image, Input)
    channels = image.shape[-1]
    scale, offset, order = (1.0,) * channels, (0.0,) * channels, "RGB"
    for position in positions:
        node = graph.nodes[position]
        if isinstance(node.op, ReversedChannels):
            scale, offset, order = scale[::-1], offset[::-1], _REVERSED[order]  # type: ignore[index]
            continue
        op = normalizations.get(node.layer) if node.op == Affine(None, None) else node.op
        if not isinstance(op, Affine) or op.scale is None or op.offset is None:
            raise WeightsError(f"{shown_as}: the mean and variance of its layer {node.layer} are not in the file.")
        if {len(op.scale), len(op.offset)} - {1, channels}:
            raise WeightsError(
                f"{shown_as}: its layer {node.layer} has {max(len(op.scale), len(op.offset))} numbers for "
                f"{channels} channels."
            )
        factor, added = (tuple(values) * (channels if len(values) == 1 else 1) for values in (op.scale, op.offset))
        scale = tuple(a * b for a, b in zip(scale, factor, strict=True))
        offset = tuple(a * b + c for a, b, c in zip(offset, factor, added, strict=True))
    found = Preprocessing("the file's own", scale, offset, order)  # type: ignore[arg-type]
    return next((known for known in _KNOWN if _is_close(found, known)), found)


def _is_close(one: Preprocessing, other: Preprocessing) -> bool:
    scale, offset = (values * len(one.scale) if len(values) == 1 else values for values in (other.scale, other.offset))
    return (
        one.order == other.order
        and len(one.scale) == len(scale)
        and all(isclose(a, b, rel_tol=1e-5) for a, b in zip(one.scale, scale, strict=True))
        and all(isclose(a, b, rel_tol=1e-5, abs_tol=1e-5) for a, b in zip(one.offset, offset, strict=True))
    )

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
        normalizations: By place or name of the layer, of those that keep their statistics with the weights.
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
        own = normalizations.get(node.path, normalizations.get(node.layer))
        op = own if node.op == Affine(None, None) else node.op
        if not isinstance(op, Affine) or op.scale is None or op.offset is None:
            raise WeightsError(f"{shown_as}: the mean and variance of its layer {node.layer} are not in the file.")
        factor, added = _for_channels(op.scale, op.offset, channels, node.layer, shown_as)
        scale = tuple(a * b for a, b in zip(scale, factor, strict=True))
        offset = tuple(a * b + c for a, b, c in zip(offset, factor, added, strict=True))
    return _known(Preprocessing("the file's own", scale, offset, order))  # type: ignore[arg-type]


def normalized_alone(normalization: Affine, layer: str, channels: int, shown_as: str) -> Preprocessing:
    """What a normalization does to a picture that it gets as it is.

    Raises:
        WeightsError: If it has other numbers of channels than the picture.
    """
    assert normalization.scale is not None and normalization.offset is not None
    scale, offset = _for_channels(normalization.scale, normalization.offset, channels, layer, shown_as)
    return _known(Preprocessing("the file's own", scale, offset))


def _for_channels(
    scale: tuple[float, ...], offset: tuple[float, ...], channels: int, layer: str, shown_as: str
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """One factor and one summand for each channel."""
    if {len(scale), len(offset)} - {1, channels}:
        raise WeightsError(
            f"{shown_as}: its layer {layer} has {max(len(scale), len(offset))} numbers for {channels} channels."
        )
    factor, added = (values * (channels if len(values) == 1 else 1) for values in (scale, offset))
    return factor, added


def _known(found: Preprocessing) -> Preprocessing:
    """The preprocessing that a person can name, if it is one."""
    return next((known for known in _KNOWN if _is_close(found, known)), found)


def _is_close(one: Preprocessing, other: Preprocessing) -> bool:
    scale, offset = (values * len(one.scale) if len(values) == 1 else values for values in (other.scale, other.offset))
    return (
        one.order == other.order
        and len(one.scale) == len(scale)
        and all(isclose(a, b, rel_tol=1e-5) for a, b in zip(one.scale, scale, strict=True))
        and all(isclose(a, b, rel_tol=1e-5, abs_tol=1e-5) for a, b in zip(one.offset, offset, strict=True))
    )

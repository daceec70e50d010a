"""What a unit of a layer sees, in words: of the map before, and through it of the image."""

from explorer.counting.tally import LayerTally
from explorer.quantities import memory


def reading(layer: LayerTally) -> str:
    """The layer's window, its receptive field in input pixels, and what its output takes in float32."""
    window, field = layer.node.op.window, layer.receptive_field
    reads = f"{window.kernel[0]} × {window.kernel[1]}" if window is not None else "all"
    if window is not None and window.dilation != (1, 1):
        reads += f" pixels, spread over {window.extent[0]} × {window.extent[1]},"
    start = field.rows.start
    first = f"{-start} px outside the image (padding)" if start < 0 else f"at pixel {start}"
    return (
        f"A unit reads {reads} of the map before and, through it, {field.rows.size} × {field.columns.size} px of the "
        f"image, padding included; neighbours are {field.rows.jump} px apart. The first window starts {first}. "
        f"The output takes {memory(layer.activation_bytes)} in float32."
    )

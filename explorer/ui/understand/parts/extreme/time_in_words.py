"""What times along the spectrum say, in sentences: of the machine that they were measured on, and of no other."""

from collections.abc import Iterator, Sequence

from explorer.counting.measured.spectrum import LayerAtStop, TimedStop
from explorer.quantities import milliseconds, share


def told(stops: Sequence[TimedStop]) -> Iterator[str]:
    """The sentences, in Markdown.

    Args:
        stops: By segments, at least two, the depthwise end last.
    """
    first, near, end = stops[0], stops[-2], stops[-1]
    if near.layer and end.layer:
        yield _one_layer(near.segments, near.layer, end.layer)
    yield _fastest(stops)
    if first is not near:
        times, macs = first.whole.median_s / end.whole.median_s, first.macs / end.macs
        yield (
            f"With {segments_in_words(first.segments)} the network takes {times:.1f} times as long as at the depthwise "
            f"end, and has {macs:.1f} times the multiply-adds."
        )


def _one_layer(segments: int, layer: LayerAtStop, end: LayerAtStop) -> str:
    return (
        f"**One layer.** With {segments_in_words(segments)} it takes **{layer.seconds / end.seconds:.2f} times as "
        f"long** as the depthwise one, for {share(layer.macs - end.macs, end.macs)} more multiply-adds. The half over "
        f"space alone takes {milliseconds(layer.spatial_s)} against {milliseconds(end.spatial_s)}."
    )


def _fastest(stops: Sequence[TimedStop]) -> str:
    """Whether the depthwise end is the fastest network, and whether the times are far enough apart to say so."""
    end = stops[-1]
    by_time = sorted(stops, key=lambda stop: stop.whole.median_s)
    rival = by_time[1] if by_time[0] is end else by_time[0]
    of_end, of_rival = milliseconds(end.whole.median_s), milliseconds(rival.whole.median_s)
    segments = segments_in_words(rival.segments)
    if rival.whole.low_s <= end.whole.high_s and end.whole.low_s <= rival.whole.high_s:
        return (
            f"**All of Xception.** Here it cannot be told whether the depthwise end is the fastest: it takes {of_end}, "
            f"with {segments} {of_rival}, and their passes from 5 to 95 % overlap."
        )
    if rival is by_time[1]:
        return (
            f"**All of Xception.** The depthwise end **is the fastest here**: it takes {of_end}, the next one, with "
            f"{segments}, {of_rival}."
        )
    return (
        f"**All of Xception.** The depthwise end **is not the fastest here**: with {segments} it takes "
        f"{of_rival}, at the depthwise end {of_end}."
    )


def segments_in_words(count: int) -> str:
    """1 segment, 364 segments."""
    return f"{count} segment{'' if count == 1 else 's'}"

"""A moving picture of a separable convolution: one kernel for each channel, then all channels mixed at each pixel."""

from collections.abc import Iterator

from explorer.figures.theme import KIND_COLOURS

_CELL, _GAP, _CHANNELS, _INPUT, _KERNEL = 15, 13, 3, 5, 3
_OUTPUT = _INPUT - _KERNEL + 1
_STEPS = _OUTPUT * _OUTPUT
_SECONDS = 9.0
_COLOURS = ("#D6453D", "#4F9A2F", "#4A63D8")  # of a photograph's channels; no flow has these
_MIXED = KIND_COLOURS["pointwise"]
_MIDDLE_X, _RESULT_X = 205, 395
_WIDTH, _TOP = 470, 34

ALT = (
    "Moving picture: in each of three channels a 3 by 3 window of its own walks over 5 by 5 pixels and makes a map of "
    "3 by 3 values; at each place the three values are mixed into one value of the result."
)


def separable_animation() -> str:
    """The picture as HTML: SVG whose parts move by CSS, and stand still where people want less motion."""
    height = _TOP + _CHANNELS * _INPUT * _CELL + (_CHANNELS - 1) * _GAP + 6
    return (
        f"<style>{''.join(_motion())}</style>"
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{ALT}" '
        'style="width:100%;max-width:620px;display:block;margin:auto">'
        f"{''.join(_headings())}{''.join(_channels(height))}</svg>"
    )


def _motion() -> Iterator[str]:
    places = [(step % _OUTPUT * _CELL, step // _OUTPUT * _CELL) for step in range(_STEPS)]
    stops = "".join(
        f"{100 * step / _STEPS:.2f}%,{100 * (step + 1) / _STEPS - 0.01:.2f}%{{transform:translate({x}px,{y}px)}}"
        for step, (x, y) in enumerate(places)
    )
    yield f"@keyframes walk{{{stops}}}"
    for step in range(_STEPS):
        start = 100 * step / _STEPS
        yield f"@keyframes fill{step}{{0%,{start:.2f}%{{opacity:.12}}{start + 0.01:.2f}%,100%{{opacity:1}}}}"
    yield f".walk{{animation:walk {_SECONDS}s step-end infinite}}"
    yield "".join(f".fill{step}{{animation:fill{step} {_SECONDS}s infinite}}" for step in range(_STEPS))
    yield "@media (prefers-reduced-motion:reduce){.walk,[class^=fill]{animation:none!important}}"


def _headings() -> Iterator[str]:
    width = _INPUT * _CELL
    for x, text in (
        (20 + width / 2, "channels"),
        (_MIDDLE_X + _OUTPUT * _CELL / 2, "depthwise"),
        (_RESULT_X + _OUTPUT * _CELL / 2, "pointwise"),
    ):
        yield (
            f'<text x="{x}" y="16" text-anchor="middle" font-size="13" font-weight="600" fill="currentColor">{text}'
            "</text>"
        )


def _channels(height: int) -> Iterator[str]:
    middle = _TOP + (height - _TOP - _OUTPUT * _CELL) / 2
    for channel, colour in enumerate(_COLOURS):
        top = _TOP + channel * (_INPUT * _CELL + _GAP)
        yield from _grid(20, top, _INPUT, colour, faint=True)
        size = _KERNEL * _CELL
        yield (
            f'<rect class="walk" x="20" y="{top}" width="{size}" height="{size}" fill="{colour}" fill-opacity=".3" '
            f'stroke="{colour}" stroke-width="2.5"/>'
        )
        inner = top + (_INPUT - _OUTPUT) * _CELL / 2
        yield _arrow(20 + _INPUT * _CELL + 8, inner + size / 2, _MIDDLE_X - 8, inner + size / 2, colour)
        yield from _grid(_MIDDLE_X, inner, _OUTPUT, colour, faint=False)
        yield _arrow(
            _MIDDLE_X + size + 8, inner + size / 2, _RESULT_X - 8, middle + size / 2 + 10 * (channel - 1), colour
        )
    yield from _grid(_RESULT_X, middle, _OUTPUT, _MIXED, faint=False)


def _grid(left: float, top: float, cells: int, colour: str, *, faint: bool) -> Iterator[str]:
    for index in range(cells * cells):
        x, y = left + index % cells * _CELL, top + index // cells * _CELL
        filled = 'fill-opacity=".16"' if faint else f'class="fill{index}"'
        yield (
            f'<rect {filled} x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" fill="{colour}" stroke="{colour}" '
            'stroke-width=".6"/>'
        )


def _arrow(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="1.6" stroke-opacity=".7"/>'
        f'<circle cx="{x2}" cy="{y2}" r="2.6" fill="{colour}"/>'
    )

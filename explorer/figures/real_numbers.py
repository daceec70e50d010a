"""Numbers that are no counts, as people read them: activations, gradients, weights."""

from math import floor, log10

_MINUS = "\N{MINUS SIGN}"


def significant(value: float, digits: int = 3) -> str:
    """`value` to `digits` significant digits, as 0.125, 3.4 or 1.2e-7, but with true minus signs."""
    return _read(f"{value:.{digits}g}")


def aligned(value: float, largest: float) -> str:
    """`value` with the decimals that give `largest` three significant digits: one precision for a whole table.

    Where that would take too many digits, two significant ones and a power of ten.
    """
    if not largest or not 1e-3 <= abs(largest) < 1e5:
        return _read(f"{value:.1e}") if value else "0"
    return _read(f"{value:.{max(2 - floor(log10(abs(largest))), 0)}f}")


def _read(text: str) -> str:
    """What Python wrote, without signs of zeros and idle digits of exponents."""
    mantissa, _, exponent = text.partition("e")
    if not mantissa.strip("-0."):
        mantissa = mantissa.lstrip("-")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", _MINUS)

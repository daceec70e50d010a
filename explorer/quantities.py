"""Numbers with their units, as people read them. The same words in pages, figures, tables and the terminal."""

from explorer.arch.ops import Shape

_THOUSANDS = (("G", 10**9), ("M", 10**6), ("k", 10**3))
_BINARY = (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))


def exact(value: float) -> str:
    """All digits, in groups of three: 22,910,480."""
    return f"{value:,}"


def rounded(value: int, unit: str = "") -> str:
    """Three or four digits and a decimal prefix: 8.36 G MACs."""
    for prefix, size in _THOUSANDS:
        if abs(value) >= size:
            return f"{value / size:.2f} {prefix}{' ' + unit if unit else ''}"
    return f"{value}{' ' + unit if unit else ''}"


def memory(count: float) -> str:
    """Bytes with a binary prefix: 87.4 MiB."""
    for prefix, size in _BINARY:
        if abs(count) >= size:
            return f"{count / size:.1f} {prefix}"
    return f"{count} B"


def shape(value: Shape) -> str:
    """19 x 19 x 728, with the multiplication sign."""
    return " × ".join(str(n) for n in value)


def share(part: float, whole: float) -> str:
    """Percentage with one decimal; a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def difference(value: float, reference: float) -> str:
    """How far `value` is from `reference`, in percent: +12.3 %, or "same"."""
    if value == reference:
        return "same"
    if not reference:
        return "new"
    return f"{100 * (value - reference) / reference:+.1f} %"


def milliseconds(seconds: float) -> str:
    """A measured time: 78.4 ms, 0.093 ms."""
    digits = 1 if seconds >= 0.01 else 2 if seconds >= 0.001 else 3
    return f"{1000 * seconds:,.{digits}f} ms"


def short_time(seconds: float) -> str:
    """A measured time of any size: 1.24 s, 78.4 ms, 0.42 ms, and below 0.1 ms in microseconds."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    if seconds >= 1e-4:
        return f"{1000 * seconds:.3g} ms"
    return f"{1e6 * seconds:{'.0f' if seconds >= 1e-6 else '.1g'}} \N{MICRO SIGN}s"


def rate(per_s: float, unit: str) -> str:
    """A measured rate: 107 GMAC/s, 12.6 GB/s."""
    return f"{per_s / 1e9:.3g} G{unit}/s"


def duration(seconds: float) -> str:
    """How long something takes, as coarse as an estimate is: "less than 1 s", "about 12 s", "about 4 min"."""
    if seconds < 1:
        return "less than 1 s"
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min"

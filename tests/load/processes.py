"""What a server and all processes that it started take, on Linux."""

import re
from pathlib import Path


def family(process: int) -> list[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found = [process]
    for each in found:
        found += children.get(each, [])
    return found


def workers(process: int) -> list[int]:
    """Those of its descendants that hold networks."""
    return [each for each in family(process)[1:] if "multiprocessing.spawn" in _command(each)]


def proportional_set_size(process: int) -> int:
    """Bytes of one process; 0 once it has ended."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return 1024 * int(found[1]) if found else 0


def memory(process: int) -> int:
    """Bytes of a process and its descendants: proportional set size, in which what several map counts once."""
    return sum(map(proportional_set_size, family(process)))


def open_files(process: int) -> int:
    """File descriptors of the process."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""

"""`make bench`: runs every benchmark in a process of its own and writes RESULTS.md beside this file.

Each benchmark is a module `bench_*` whose `rows()` yields (what, measured, bound). Names on the command line choose
some of them; then nothing is written.
"""

import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
HEAD = """# Measurements

Written by `make bench` on {day}: {machine}, {cores} cores, Python {python}. Machines differ and are shared, so look at
the ratios: the two sides of each were measured in one run, and the median of several is given.

| what | measured | bound |
| --- | --- | --- |
"""


def main(chosen: list[str]) -> None:
    """Runs the benchmarks `chosen`, or all and keeps what they say."""
    names = chosen or sorted(path.stem for path in HERE.glob("bench_*.py"))
    lines = []
    for name in names:
        for row in _measured(name):
            lines.append(f"| {' | '.join(row)} |")
            print(lines[-1], flush=True)
    if not chosen:
        head = HEAD.format(
            day=date.today(), machine=platform.machine(), cores=os.cpu_count(), python=platform.python_version()
        )
        (HERE / "RESULTS.md").write_text(head + "\n".join(lines) + "\n")


def _measured(name: str) -> list[tuple[str, str, str]]:
    """The rows of one benchmark, measured in a process that nothing else has filled."""
    script = f"import json; from tests.benchmarks.{name} import rows; print('rows:' + json.dumps(list(rows())))"
    told = subprocess.run([sys.executable, "-c", script], cwd=HERE.parents[1], stdout=subprocess.PIPE, check=True)
    return json.loads(told.stdout.decode().rpartition("rows:")[2])


if __name__ == "__main__":
    main(sys.argv[1:])

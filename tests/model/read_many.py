"""Read many weights files, each as `explorer.model.keras_files.weight_files.read` does, in a fraction of the time.

Run as a program by test_weight_files.py. The HDF5 library is imported once here and each file is dumped by a fork of
this process, instead of a new one that imports it again. Prints a JSON object: how often what came of it.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from explorer.errors import WeightsError
from explorer.model.keras_files import hdf5_dump, hdf5_tree
from explorer.model.keras_files.weight_files import read

TIME_LIMIT_S = 1


def run_forked(command: list[str], *, stdout, **_) -> SimpleNamespace:
    """As subprocess.run of `hdf5_dump.py`."""
    child = os.fork()
    if child == 0:
        signal.alarm(TIME_LIMIT_S)
        os.dup2(stdout.fileno(), 1)
        status = 1
        try:
            hdf5_dump.main(*command[3:])
            sys.stdout.flush()
            status = 0
        except BaseException:
            traceback.print_exc()
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return SimpleNamespace(returncode=status, stderr=b"its traceback is above")


hdf5_tree.subprocess = SimpleNamespace(
    run=run_forked, DEVNULL=subprocess.DEVNULL, PIPE=subprocess.PIPE, TimeoutExpired=subprocess.TimeoutExpired
)

outcomes: Counter[str] = Counter()
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        for layer in read(path).layers:
            for variable in layer.variables:
                assert variable.load().shape == variable.shape
        outcomes["read"] += 1
    except WeightsError as error:
        assert path.name in str(error)
        outcomes["refused"] += 1
print(json.dumps(outcomes))

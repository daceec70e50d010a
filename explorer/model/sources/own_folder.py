"""A folder of weights files that whoever starts the app offers to all its sessions."""

import os
from pathlib import Path

FOLDER_VARIABLE = "XCEPTION_EXPLORER_WEIGHTS"
_ENDINGS = (".keras", ".h5", ".hdf5")
_MOST_FILES = 200


def own_files() -> tuple[Path, ...]:
    """The weights files in the folder that `XCEPTION_EXPLORER_WEIGHTS` names, by name; none without one."""
    folder = os.environ.get(FOLDER_VARIABLE, "")
    if not folder:
        return ()
    try:
        found = [path for path in Path(folder).iterdir() if path.suffix.lower() in _ENDINGS and path.is_file()]
    except OSError:  # absent, or not to be looked into: nothing is offered
        return ()
    return tuple(sorted(found)[:_MOST_FILES])

"""TensorFlow's greeting: what it writes to standard error when it is imported, before its log level counts.

It writes to the descriptor, past Python, and some of it in two parts of the library: no setting keeps it away but
one that changes how it computes.
"""

import faulthandler
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_STANDARD_ERROR = 2
_GREETING = re.compile(rb"(WARNING: All log messages before absl::InitializeLog|I\d{4} .*oneDNN custom operations).*\n")


def leave_out_greeting() -> None:
    """Makes the import of TensorFlow, whenever it comes, silent; whatever else is said meanwhile comes after it."""
    sys.meta_path.insert(0, _TensorFlowFinder())


class _TensorFlowFinder(MetaPathFinder):
    """Finds TensorFlow as it is found without this, and leaves all else to the others."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "tensorflow":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            execute = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                with _without_greeting():
                    execute(module)

            loader.exec_module = exec_module
        return spec


@contextmanager
def _without_greeting() -> Iterator[None]:
    """Keeps what is written to standard error back, and writes it there in the end, but for the greeting."""
    with ExitStack() as closing:
        try:
            there = os.dup(_STANDARD_ERROR)
            closing.callback(os.close, there)
            kept = closing.enter_context(tempfile.TemporaryFile())
        except OSError:  # no standard error, no temporary folder: then as it comes
            yield
            return
        os.dup2(kept.fileno(), _STANDARD_ERROR)
        was_enabled = faulthandler.is_enabled()
        # In a crash what is kept does not come out; this does.
        faulthandler.enable(there)
        try:
            yield
        finally:
            os.dup2(there, _STANDARD_ERROR)
            if was_enabled:
                faulthandler.enable()
            else:
                faulthandler.disable()
            kept.seek(0)
            with suppress(OSError):  # nobody to tell
                os.write(there, _GREETING.sub(b"", kept.read()))

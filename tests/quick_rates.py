"""The machine's rates from small matrices and arrays: soon measured, and no truth about the machine."""

import pytest

from explorer.model.timing import rates


def quicken(patch: pytest.MonkeyPatch) -> None:
    for name, value in (("_AT_LEAST_S", 0.0), ("_CHANNELS", 128), ("_SHARE_OF_BUDGET", 1 << 9)):
        patch.setattr(rates, name, value)

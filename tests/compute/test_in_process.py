from pathlib import Path

import numpy as np
import pytest

from explorer.compute.answer import Stopped
from explorer.compute.in_process import InProcess
from explorer.compute.question import Question
from explorer.errors import ConfigError
from tests.compute import asked


def overflowing(loaded):
    return float(np.float32(3e38) * np.float32(10))


def test_what_is_raised_is_raised_where_it_was_asked():
    with pytest.raises(ConfigError, match="expected something else, got 5"):
        InProcess().ask(Question(asked.refused, (5,))).result()


def test_numbers_overflow_as_silently_as_where_it_was_asked():
    question = Question(overflowing, ())
    with np.errstate(over="ignore"):
        assert InProcess().ask(question).result() == np.inf
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        InProcess().ask(question).result()


def test_closing_stops_what_runs(tmp_path):
    compute = InProcess()
    answer = compute.ask(Question(asked.many_passes, (tmp_path,), is_long=True))
    while not Path(tmp_path, "began").exists():
        answer.wait(0.01)
    compute.close()
    with pytest.raises(Stopped):
        answer.result()

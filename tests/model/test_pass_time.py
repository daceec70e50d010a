import pytest

from explorer.model.timing.pass_time import seconds_alone


@pytest.mark.parametrize(
    ("wall_s", "cpu_s", "alone_s"),
    [
        (0.03, 0.06, 0.03),
        (0.12, 0.06, 0.03),  # others had the cores meanwhile
        (0.03, 0.15, 0.03),  # other threads of the process computed, too
    ],
)
def test_what_others_take_is_not_a_passs(wall_s, cpu_s, alone_s):
    now = {"clock": 0.0, "cpu": 0.0}

    def run():
        now["clock"] += wall_s
        now["cpu"] += cpu_s

    found = seconds_alone(run, 2, lambda: now["clock"], lambda: now["cpu"])
    assert found == pytest.approx(alone_s)
    assert now["clock"] < 1, "a person waits for it"

import pytest

from explorer.errors import ConfigError
from explorer.vision.methods.target import Target, find_class

LABELS = ("cup", "fork", "glass", "wine glass", "crane", "crane")


def test_a_difference_is_a_direction():
    assert Target(1, against=2).direction(4).tolist() == [0, 1, -1, 0]
    assert Target(1, against=2).words(LABELS) == "fork rather than glass"
    assert Target(3).words(None) == "output 3"


@pytest.mark.parametrize("target", [Target(6), Target(-1), Target(0, against=9), Target(2, against=2)])
def test_classes_that_do_not_exist_are_refused(target):
    with pytest.raises(ConfigError, match=r"from 0 to 5|must differ"):
        target.direction(6)


def test_classes_are_found_by_name():
    assert find_class(LABELS, " Cup") == 0
    assert find_class(LABELS, "glass") == 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cupp", r"the nearest is cup \(0\)"),
        ("craness", r"the nearest is crane \(4\)"),
        ("glas", r"the nearest are glass \(2\), wine glass \(3\)"),
        ("wine", r"wine glass \(3\)"),
        ("crane", "by index, 4, 5"),
        ("", "there is no class '', nor one of a name like it: choose by index, from 0 to 5"),
        ("q", "nor one of a name like it"),
    ],
)
def test_others_are_answered_by_the_nearest(name, expected):
    with pytest.raises(ConfigError, match=expected):
        find_class(LABELS, name)

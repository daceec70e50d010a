import errno

import numpy as np
import pytest

from explorer.compute.mapped_values import MappedValues
from explorer.model.weights.trained_networks import load_trained
from explorer.networks.xception import KITCHENWARE


def test_a_network_is_read_once_and_comes_back_the_same(tmp_path):
    read = []

    def make():
        read.append(1)
        return load_trained(KITCHENWARE)

    first, second = (MappedValues(tmp_path).get(KITCHENWARE, make) for _ in range(2))
    assert len(read) == 1
    true = load_trained(KITCHENWARE)
    assert second.facts == true.facts
    assert second.weights.provenance == true.weights.provenance
    second.weights.check(second.graph)
    for node, of_node in true.weights.arrays.items():
        for name, array in of_node.items():
            mapped = second.weights.arrays[node][name]
            np.testing.assert_array_equal(mapped, array)
            assert not mapped.flags.owndata
            assert not mapped.flags.writeable
            assert mapped.ctypes.data % 64 == 0
    assert first.weights.nbytes == second.weights.nbytes


def test_without_room_on_the_disk_the_value_stands_alone(tmp_path, monkeypatch):
    from explorer.compute import mapped_values

    def full(**kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(mapped_values.tempfile, "NamedTemporaryFile", full)
    values = MappedValues(tmp_path)
    assert [values.get("key", lambda: "made") for _ in range(2)] == ["made", "made"]
    assert not list(tmp_path.glob("*.arrays"))


def test_what_cannot_be_made_is_tried_again(tmp_path):
    values = MappedValues(tmp_path)
    with pytest.raises(LookupError):
        values.get("key", lambda: {}["nothing"])
    np.testing.assert_array_equal(values.get("key", lambda: np.arange(5)), np.arange(5))

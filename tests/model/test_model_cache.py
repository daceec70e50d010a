import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from explorer.model.model_cache import ModelCache


class Cyclic:
    """As a Keras model: reference counting alone never frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_model_is_built_once_and_the_one_used_longest_ago_is_freed():
    cache: ModelCache[Cyclic] = ModelCache(max_models=2)
    built = []

    def build(key):
        built.append(key)
        return Cyclic()

    alive = {key: weakref.ref(cache.get_or_build(key, lambda key=key: build(key))) for key in "ab"}
    assert cache.get_or_build("a", lambda: build("a")) is alive["a"]()
    cache.get_or_build("c", lambda: build("c"))
    assert built == ["a", "b", "c"]
    assert alive["b"]() is None
    assert alive["a"]() is not None
    cache.clear()
    assert alive["a"]() is None


def test_room_is_made_before_a_model_is_built():
    cache: ModelCache[Cyclic] = ModelCache(max_models=1)
    first = weakref.ref(cache.get_or_build("first", Cyclic))
    alive_while_building = []

    def second():
        alive_while_building.append(first() is not None)
        return Cyclic()

    cache.get_or_build("second", second)
    assert alive_while_building == [False]


def test_threads_that_want_the_same_model_wait_for_one_build_and_others_do_not():
    cache: ModelCache[Cyclic] = ModelCache(max_models=2)
    building, finish = threading.Event(), threading.Event()
    built = []

    def slow():
        building.set()
        assert finish.wait(60)
        built.append("slow")
        return Cyclic()

    with ThreadPoolExecutor(4) as threads:
        same = [threads.submit(cache.get_or_build, "slow", slow) for _ in range(3)]
        assert building.wait(60)
        cache.get_or_build("other", Cyclic)  # would hang if all builds shared a lock
        finish.set()
        assert len({id(future.result(60)) for future in same}) == 1
    assert built == ["slow"]


def test_a_build_that_fails_is_tried_again():
    cache: ModelCache[Cyclic] = ModelCache(max_models=1)

    def fail():
        raise MemoryError

    with pytest.raises(MemoryError):
        cache.get_or_build("key", fail)
    assert isinstance(cache.get_or_build("key", Cyclic), Cyclic)

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import numpy as np
import pytest

from explorer.compute.lru_cache import SharedLRUCache, bytes_in

KIB = 1024


def values(kib: int) -> np.ndarray:
    return np.zeros(kib * KIB, np.uint8)


def test_what_was_used_longest_ago_goes_first_and_the_sum_stays_within_the_budget():
    released = []
    cache = SharedLRUCache(lambda: 100 * KIB, on_release=lambda: released.append(1))
    for name in "abc":
        cache.put(name, values(30))
    assert cache.find("a") is not None
    cache.put("d", values(30))
    assert [name for name in "abcd" if cache.find(name) is not None] == ["a", "c", "d"]
    assert released == [1]
    cache.put("larger than all", values(400))
    assert [name for name in "abcd" if cache.find(name) is not None] == []
    assert cache.find("larger than all") is not None


def test_many_small_values_are_bounded_too():
    cache = SharedLRUCache(lambda: 100 * KIB)
    for number in range(1000):
        cache.put(number, "nothing to speak of")
    assert sum(cache.find(number) is not None for number in range(1000)) == 25


def test_threads_that_ask_for_the_same_get_one_and_after_an_error_the_next_tries_again():
    cache, made, together = SharedLRUCache(lambda: 100 * KIB), [], Barrier(8)

    def answer():
        made.append(1)
        if len(made) == 1:
            raise ValueError("the first attempt fails")
        return object()

    def ask(_):
        together.wait()
        try:
            return cache.get(1, answer)
        except ValueError:
            return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert answers.count(None) == 1
    assert len({id(each) for each in answers if each is not None}) == 1
    assert len(made) == 2


def test_bytes_are_those_of_arrays_and_files_wherever_they_are():
    @dataclass
    class Inner:
        array: np.ndarray
        words: str

    @dataclass
    class Outer:
        parts: tuple[Inner, ...]
        files: dict[str, bytes]

    part = Inner(values(3), "words")
    assert bytes_in(Outer((part, part), {"a": bytes(KIB)})) == 7 * KIB


def test_a_budget_that_is_no_size_is_said_each_time():
    cache = SharedLRUCache(lambda: int("much"))
    for _ in range(2):
        with pytest.raises(ValueError):
            cache.find("a")

import pytest

from explorer.compute.question import Question
from explorer.compute.workers.request_queue import Request, RequestQueue, Seat


class Line:
    """A queue whose requests are told by words."""

    def __init__(self, seats: int) -> None:
        self.seats = [Seat() for _ in range(seats)]
        self.queue, self.requests = RequestQueue(self.seats), {}

    def ask(self, name, asker, network=None, picture=None, is_long=False, is_one_of_many=False, at=0.0):
        question = Question(print, (), network, picture, is_long, is_one_of_many)
        self.requests[name] = Request(question, asker, at, len(self.requests))
        self.queue.put(self.requests[name])

    def take(self, seat=0, now=0.0):
        taken = self.queue.take(self.seats[seat], now)
        return next((name for name, request in self.requests.items() if request is taken), None)

    def free(self, seat):
        self.seats[seat].running = None


def test_nobodys_ten_come_before_anothers_first():
    line = Line(1)
    for number in range(4):
        line.ask(f"a{number}", "a")
    line.ask("b0", "b")
    line.ask("b1", "b")
    line.ask("c0", "c")
    assert [line.queue.before(line.requests[name]) for name in ("a0", "b0", "c0", "a1", "b1", "a3")] == [
        0,
        1,
        2,
        3,
        4,
        6,
    ]
    assert [line.take() for _ in range(3)] == ["a0", "b0", "c0"]
    line.ask("d0", "d")
    assert [line.take() for _ in range(6)] == ["d0", "a1", "b1", "a2", "a3", None]


def test_short_questions_go_before_long_ones_and_both_before_what_nobody_asked():
    line = Line(1)
    line.ask("nobody's", None)
    line.ask("long", "a", is_long=True)
    line.ask("short", "b")
    line.ask("another", "a")
    assert [line.take() for _ in range(4)] == ["short", "another", "long", "nobody's"]
    assert [line.take()] == [None]


def test_long_questions_leave_a_worker_to_short_ones():
    line = Line(3)
    for number in range(3):
        line.ask(f"long {number}", f"person {number}", is_long=True)
    assert [line.take(seat) for seat in range(3)] == ["long 0", "long 1", None]
    line.ask("short", "d")
    assert line.take(2) == "short"
    line.free(2)
    assert line.take(2) is None
    line.free(0)
    assert line.take(2) == "long 2"


def test_where_workers_are_lost_one_of_the_others_is_left_to_short_questions():
    line = Line(3)
    line.seats[2].has_worker = False
    for number in range(2):
        line.ask(f"long {number}", f"person {number}", is_long=True)
    assert [line.take(seat) for seat in range(2)] == ["long 0", None]
    line.seats[2].has_worker = True
    assert line.take(1) == "long 1"


@pytest.mark.parametrize("seats", [1, 2])
def test_one_worker_alone_takes_everything(seats):
    line = Line(seats)
    line.ask("long", "a", is_long=True)
    assert line.take() == "long"


def test_who_holds_the_network_and_the_picture_is_asked_first_and_others_when_it_is_busy_for_long():
    line = Line(2)
    line.ask("first", "a", "X", "cat")
    assert line.take(0) == "first"
    line.free(0)
    line.ask("same", "a", "X", "cat")
    assert line.take(1) is None
    assert line.take(0) == "same"
    line.ask("while it runs", "b", "X", "dog", at=10.0)
    assert line.take(1, now=10.3) is None
    assert line.take(1, now=10.6) == "while it runs"
    line.free(0)
    line.free(1)
    line.ask("cat again", "b", "X", "cat", at=20.0)
    assert line.take(1, now=20.0) is None, "the other knows that picture"
    line.ask("keeps it busy", "c", "Y", at=20.0)
    assert line.take(0, now=20.0) == "cat again"
    line.ask("cat once more", "b", "X", "cat", at=21.0)
    assert line.take(1, now=21.05) == "keeps it busy"
    line.free(1)
    assert line.take(1, now=21.2) == "cat once more", "a pass costs less than to wait"


def test_who_gives_up_leaves_the_queue():
    line = Line(1)
    line.ask("a", "a")
    line.ask("b", "b")
    assert line.queue.remove(line.requests["a"])
    assert not line.queue.remove(line.requests["a"])
    assert line.take() == "b"
    assert line.queue.look_again_s is None


@pytest.mark.parametrize("is_one_of_many", [False, True])
def test_the_first_of_many_pictures_are_not_all_left_to_the_worker_that_holds_the_network(is_one_of_many):
    line = Line(2)
    for number in range(3):
        line.ask(f"picture {number}", "a", "network", is_one_of_many=is_one_of_many)
    assert line.take(0) == "picture 0"
    assert line.take(1) == ("picture 1" if is_one_of_many else None)

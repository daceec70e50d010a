"""`classify` of any number of pictures: rows as they come, and a file that a stopped run goes on with."""

import csv
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from explorer.assets import ASSETS
from explorer.cli.many_pictures import listing as listing_module
from explorer.cli.many_pictures.ahead import AHEAD, Turn, answered_in_order
from explorer.cli.many_pictures.listing import listed
from explorer.cli.many_pictures.row_file import RowFile
from explorer.cli.many_pictures.rows import CSVLines, JSONLines, RunIdentity
from explorer.cli.options.inputs import state_of
from explorer.compute.answer import Answer
from explorer.compute.question import Question
from explorer.errors import ConfigError, OutputError

PROGRAM = [sys.executable, "-m", "explorer"]
COFFEE = ASSETS / "samples" / "coffee.jpg"
BY = ("--weights", "kitchenware")
RUN = RunIdentity("classify --weights some --top 2", "0123456789abcdef")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """A folder of 60 pictures that differ, 5 of them broken, some in folders in it."""
    folder = tmp_path_factory.mktemp("pictures")
    with Image.open(COFFEE) as coffee:
        for number in range(60):
            path = folder / f"{number % 3}" / f"{number:02}.jpg"
            path.parent.mkdir(exist_ok=True)
            coffee.crop((number, number, 200 + number, 200)).save(path)
            if number % 12 == 5:
                path.write_bytes(path.read_bytes()[:300])
    return folder


def rows_of(text: str) -> list[dict]:
    rows = [json.loads(line) for line in text.splitlines()]
    for row in rows:
        row.pop("seconds", None)  # of all values the only one that differs
    return rows


# The listing


def test_a_folder_is_listed_by_name_without_what_is_hidden_or_no_picture(tmp_path):
    for name in ("b/2.JPG", "b/1.heic", "a.png", "c.jpeg", ".hidden.jpg", ".git/x.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = listed([str(tmp_path), "a picture with no ending"], ())
    assert [os.path.relpath(name, tmp_path) for name in found.names[:-1]] == ["a.png", "b/1.heic", "b/2.JPG", "c.jpeg"]
    assert found.names[-1] == "a picture with no ending"
    assert found.others == 2
    lines = listed(["-"], [b"one.jpg\n", b"\n", b"t\xffo.png\r\n"])
    assert lines.names == ["one.jpg", os.fsdecode(b"t\xffo.png")]


def test_links_that_lead_in_a_circle_end(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").touch()
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "itself.jpg").symlink_to("itself.jpg")
    found = listed([str(tmp_path)], ())
    assert [os.path.relpath(name, tmp_path) for name in found.names] == ["in/a.jpg", "itself.jpg"]
    assert found.again == [str(tmp_path / "in" / "up")]


def test_a_folder_that_cannot_be_read_is_a_row_and_one_without_pictures_refused(run, tmp_path, monkeypatch):
    (tmp_path / "secret").mkdir()
    (tmp_path / "notes.txt").touch()
    status, out, err = run("classify", str(tmp_path))
    assert (status, out) == (2, "")
    assert f"there are no pictures in {tmp_path}: their names end in .png, " in err
    assert run("classify", "")[0] == 2
    shutil.copy(COFFEE, tmp_path)
    scandir = os.scandir

    def refusing(folder):
        if str(folder).endswith("secret"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(listing_module.os, "scandir", refusing)
    status, out, _ = run("classify", str(tmp_path), *BY, "--format", "jsonl")
    coffee, secret = rows_of(out)
    assert status == 1
    assert coffee["top"][0]["label"] == "cup"
    assert secret["error"] == "The folder could not be read: Permission denied."


# Questions ahead of their turn


class Slow:
    """Answers when it is told to, the last question first."""

    workers = 2

    def __init__(self) -> None:
        self.asked: list[Answer] = []

    def ask(self, question, asker):
        answer = Answer()
        self.asked.append(answer)
        if len(self.asked) % (AHEAD * self.workers) == 0:
            for number, each in reversed(list(enumerate(self.asked))):
                each.settle(number)
        return answer


def test_answers_come_in_order_while_the_next_are_asked_and_never_too_many():
    compute, read = Slow(), []

    def turns() -> Iterator[Turn]:
        for number in range(40):
            read.append(number)
            yield Turn(number, Question(len, ()), 1)

    told = []
    for about, answer in answered_in_order(compute, turns(), "test"):
        assert answer.result() == about
        told.append(about)
        assert len(read) - len(told) < AHEAD * compute.workers
        if len(told) == 1:
            assert len(read) == AHEAD * compute.workers
    assert told == list(range(40))


class AtOnce:
    """Answers at once."""

    workers = 1

    def __init__(self) -> None:
        self.asked: list[Answer] = []

    def ask(self, question, asker):
        self.asked.append(Answer())
        self.asked[-1].settle()
        return self.asked[-1]


def test_large_pictures_wait_and_what_is_on_its_way_is_cancelled():
    compute = AtOnce()
    answers = answered_in_order(compute, (Turn(n, Question(len, ()), 50 << 20) for n in range(9)), "test")
    assert next(answers)[0] == 0
    assert len(compute.asked) == 3 < AHEAD
    answers.close()
    assert [answer.is_wanted for answer in compute.asked] == [True, False, False]


# Rows


def test_rows_hold_what_the_array_holds(run, tmp_path):
    odd = tmp_path / 'a\nb,"c".jpg'
    shutil.copy(COFFEE, odd)
    (tmp_path / "broken.png").write_text("no picture")
    (tmp_path / os.fsdecode(b"\xff.jpg")).symlink_to(COFFEE)
    asked = ("classify", str(tmp_path), *BY, "--top", "2", "--format")
    (status, array, _), (_, lines, _), (_, table, _) = (run(*asked, form) for form in ("json", "jsonl", "csv"))
    results = json.loads(array)
    assert status == 1
    assert [Path(result["image"]).name for result in results] == [odd.name, "broken.png", "\udcff.jpg"]
    for result, row, cells in zip(results, rows_of(lines), csv.DictReader(io.StringIO(table)), strict=True):
        result.pop("seconds", None)
        name = result.pop("image")
        assert row["image"] == cells["image"] == os.fsencode(name).decode(errors="backslashreplace")
        assert row.items() >= {name: value for name, value in result.items() if name != "top"}.items()
        if "error" in result:
            assert cells["error"] == result["error"]
            continue
        assert row["top"] == result["top"]
        size, changed = state_of(os.stat(name))
        assert (row["bytes"], row["modified"], cells["modified"]) == (size, changed, changed)
        assert [cells["label_1"], cells["label_2"]] == [each["label"] for each in result["top"]]
        assert float(cells["probability_2"]) == result["top"][1]["probability"]
        assert float(cells["entropy_bits"]) == result["entropy_bits"]
    assert rows_of(lines)[0]["settings"] == "classify --weights xception/kitchenware --top 2"


def test_no_name_is_a_formula_and_all_are_read_back():
    lines = CSVLines(1)
    for name in ("=1+1.jpg", "'=1.jpg", "plain.jpg", "a\r\nb.jpg"):
        told = lines.line({"image": name, "error": "none", "top": [{"label": "@x", "index": 1, "probability": 0.5}]})
        (cells,) = csv.DictReader(io.StringIO(lines.header + told, newline=""))
        assert not cells["image"].startswith("=")
        assert cells["label_1"] == "'@x"
        assert lines.told(told)["image"] == name


# The file


@pytest.fixture(params=["csv", "jsonl"])
def row_file(request, tmp_path):
    """Opens a file of rows about pictures in a folder; its path; a row about a picture."""
    lines = CSVLines(1) if request.param == "csv" else JSONLines()
    path = tmp_path / f"rows.{request.param}"

    def opened(run: RunIdentity = RUN) -> RowFile:
        return RowFile(path, lines, run)

    def row(name: str, **more) -> dict:
        size, modified = state_of(os.stat(name))
        return {"image": name, "bytes": size, "modified": modified, "settings": RUN.settings, "run": RUN.digest, **more}

    return opened, path, row


def made(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).write_bytes(name.encode())
    return [str(folder / name) for name in names]


def test_a_half_written_last_row_is_mended(row_file, tmp_path):
    opened, path, row = row_file
    names = made(tmp_path, "a\nb.jpg", "c.jpg", "d\n\ne.jpg")
    with opened() as file:
        file.add(row(names[0]))
        file.add(row(names[1], error="broken"))
    whole = path.read_bytes()
    with opened() as file:
        file.add(row(names[2]))
    every = path.read_bytes()
    for cut in range(len(every)):
        path.write_bytes(every[:cut])
        with opened() as file:
            missing = file.missing(names)
            assert (len(missing), file.rows) == (3 - file.rows, 3 - len(missing))
            assert file.rows == (2 if cut >= len(whole) else file.rows)
        assert every.startswith(path.read_bytes())
    with opened() as file:
        assert file.missing(names) == [names[2]]
        assert file.errors == 1
        file.add(row(names[2]))
    assert path.read_bytes() == every


def test_rows_of_pictures_that_changed_are_taken_out(row_file, tmp_path):
    opened, path, row = row_file
    names = made(tmp_path, "a.jpg", "b.jpg", "c.jpg", "absent.jpg")
    with opened() as file:
        for name in names[:3]:
            file.add(row(name))
        file.add({**row(names[3]), "bytes": None, "modified": None, "error": "could not be read"})
    path.chmod(0o640)
    os.utime(names[1], (1, 1))
    with opened() as file:
        assert file.missing([*names, *names]) == [names[1], names[3]]
        assert (file.rows, file.errors) == (2, 0)
        file.add(row(names[1]))
    with opened() as file:
        assert file.missing(names) == [names[3]]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [other.name for other in tmp_path.iterdir() if other.name.startswith(".")] == []


@pytest.mark.parametrize("text", ["mine\n", '{"a": 1}\n', "image,error\n1,2\n", '{"image": "no line end"}', "\0"])
def test_a_file_of_something_else_is_refused_and_left_alone(row_file, text):
    opened, path, _ = row_file
    path.write_text(text)
    with pytest.raises(ConfigError, match="is there and holds something else"):
        opened()
    assert path.read_text() == text


def test_a_file_of_another_run_is_refused_in_words(row_file, tmp_path):
    opened, path, row = row_file
    (name,) = made(tmp_path, "a.jpg")
    with opened() as file:
        file.add(row(name))
        with pytest.raises(ConfigError, match="another run writes to"):
            opened()
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=r"by `classify --weights some --top 2`, and not by `classify --top 2`"):
        opened(RunIdentity("classify --top 2", "f" * 16))
    with pytest.raises(ConfigError, match="the weights file, or the file of class names, was another"):
        opened(RunIdentity(RUN.settings, "f" * 16))
    assert path.read_bytes() == before


def test_a_full_disk_leaves_whole_rows(row_file, tmp_path):
    opened, path, row = row_file
    names = made(tmp_path, "a.jpg", "b.jpg")
    with opened() as file:
        file.add(row(names[0]))
        before = path.read_bytes()
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, unlimited[1]))
        try:
            with pytest.raises(OutputError, match=r"File too large\. The rows in it are whole"):
                file.add(row(names[1]))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    "options", ["--output rows.txt", "--output rows.csv --format json", "--output rows.jsonl --format table"]
)
def test_what_cannot_be_gone_on_with_is_no_file(run, options):
    status, out, err = run("classify", str(COFFEE), *options.split())
    assert (status, out) == (2, "")
    assert "--output writes csv or jsonl" in err


def test_where_no_file_can_be_is_said(run, tmp_path):
    status, _, err = run("classify", str(COFFEE), *BY, "--output", str(tmp_path / "no" / "rows.csv"))
    assert (status, err) == (
        1,
        f"Error: {tmp_path / 'no' / 'rows.csv'} could not be written: No such file or directory.\n",
    )
    (tmp_path / "rows.csv").mkdir()
    assert run("classify", str(COFFEE), *BY, "--output", str(tmp_path / "rows.csv"))[0] == 2


# The whole

_UNSTOPPED: list[dict] = []


@pytest.fixture
def unstopped(run, pictures):
    """The rows of a run that nobody stops, which is done once."""
    if not _UNSTOPPED:
        _UNSTOPPED.extend(rows_of(run("classify", str(pictures), *BY, "--format", "jsonl")[1]))
    assert len(_UNSTOPPED) == 60
    return _UNSTOPPED


def started(pictures: Path, path: Path, compute: str) -> subprocess.Popen:
    """A run in a group of processes of its own, some rows of which are there."""
    command = [*PROGRAM, "classify", str(pictures), *BY, "--output", str(path), "--compute", compute]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 120
    while not path.exists() or path.read_bytes().count(b"\n") < 4:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.005)
    return process


def all_end(group: int) -> bool:
    """Whether no process of the group is left, in a while."""
    for _ in range(1000):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_run_that_was_killed_goes_on_where_it_was(run, unstopped, pictures, tmp_path):
    path = tmp_path / "rows.jsonl"
    process = started(pictures, path, "here")
    process.kill()
    process.communicate()
    before = path.read_bytes()
    assert 4 <= before.count(b"\n") < 60
    path.write_bytes(before[:-30])
    status, out, err = run("classify", str(pictures), *BY, "--output", str(path))
    assert (status, out) == (1, "")
    kept = before[:-30].count(b"\n")
    assert f"{path}: 60 rows, {60 - kept} of them new, 5 with an error." in err
    assert path.read_bytes().startswith(before[:-30].rpartition(b"\n")[0])
    rows = rows_of(path.read_text())
    assert rows == unstopped
    assert [row["image"] for row in rows] == sorted(row["image"] for row in rows)
    assert run("classify", str(pictures), *BY, "--output", str(path))[2].endswith("0 of them new, 5 with an error.\n")


@pytest.mark.parametrize("compute", ["here", "workers:2"])
def test_an_interrupt_ends_all_and_says_how_to_go_on_to_the_same_answers(unstopped, pictures, tmp_path, compute):
    path = tmp_path / "rows.jsonl"
    process = started(pictures, path, compute)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.startswith("Stopped after ")
    assert told.endswith(" of 60 pictures. The same command goes on where it was.\n")
    assert all_end(process.pid)
    again = subprocess.run(process.args, capture_output=True, text=True)
    assert again.returncode == 1
    assert rows_of(path.read_text()) == unstopped

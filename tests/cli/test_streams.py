"""What the program does with the terminal, the files and the signals that it is started with."""

import os
import pty
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.cli.output import terminal
from explorer.cli.output.terminal import Column, print_table

PROGRAM = [sys.executable, "-m", "explorer"]
COLUMNS = [
    Column("Name", ["a module (block1)", "b"]),
    Column("In", ["19 × 19 × 728", "1"], spare=2),
    Column("Share", ["5 %", "95 %"], is_number=True, spare=1),
    Column("MACs", ["1,234,567", "89"], is_number=True),
]


def printed(monkeypatch, capsys, width):
    """The table's lines on a terminal of that width; None: no terminal."""
    monkeypatch.setattr(terminal, "is_terminal", lambda: width is not None)
    monkeypatch.setenv("COLUMNS", str(width or 10))
    print_table(COLUMNS)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_a_table_is_as_wide_as_it_must_be(monkeypatch, capsys):
    whole = [
        "Name               In             Share       MACs",
        "a module (block1)  19 × 19 × 728    5 %  1,234,567",
        "b                  1               95 %         89",
    ]
    assert printed(monkeypatch, capsys, None) == whole
    assert printed(monkeypatch, capsys, 50) == whole
    assert printed(monkeypatch, capsys, 49) == [
        "Name               Share       MACs",
        "a module (block1)    5 %  1,234,567",
        "b                   95 %         89",
    ]
    assert printed(monkeypatch, capsys, 34)[1] == "a module (block1)  1,234,567"
    assert printed(monkeypatch, capsys, 20) == [
        "Name            MACs",
        "a module   1,234,567",
        "(block1)",
        "b                 89",
    ]
    # Narrower than a number and a word: wider than the terminal, but whole.
    assert printed(monkeypatch, capsys, 9) == printed(monkeypatch, capsys, 19)
    assert printed(monkeypatch, capsys, 9)[1] == "a module  1,234,567"


@pytest.mark.parametrize("network", ["xception", "inception-v3"])
def test_a_tally_on_a_terminal_of_80_columns_shortens_nothing(network):
    ours, theirs = pty.openpty()
    command = [*PROGRAM, "tally", "--network", network]
    process = subprocess.Popen(command, stdout=theirs, env=os.environ | {"TERM": "dumb"})
    os.close(theirs)
    told = b""
    while chunk := read(ours):
        told += chunk
    os.close(ours)
    assert process.wait() == 0
    lines = told.decode().splitlines()
    assert max(len(line) for line in lines) <= 80
    assert "…" not in told.decode()
    assert any(line.split()[-2:] == ["2,049,000", "2,048,000"] for line in lines)


def read(descriptor):
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # what a terminal that was closed ends in
        return b""


@pytest.mark.parametrize(
    ("arguments", "encoding", "words"),
    [("tally", "ascii", "FLOPs = 2 ? MACs"), ("tally", "cp437", "FLOPs = 2 ? MACs"), ("--help", "ascii", "tally")],
)
def test_characters_that_a_terminal_does_not_have_are_replaced(arguments, encoding, words):
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run([*PROGRAM, arguments], capture_output=True, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert words in done.stdout.decode(encoding)


@pytest.mark.parametrize("arguments", ["tally", "tally --format csv", "--version"])
def test_a_file_that_cannot_grow_ends_in_a_message(arguments, tmp_path):
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    with (tmp_path / "out").open("w") as out:
        command = [*PROGRAM, *arguments.split()]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, preexec_fn=no_room)
    assert done.returncode == 1
    assert done.stderr == "Error: the output could not be written: File too large.\n"


def test_closed_output_is_no_error():
    done = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *PROGRAM, "tally"], stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_interrupt_while_the_program_starts_is_silent(tmp_path):
    # The import that takes longest stands for all of them.
    (tmp_path / "typer.py").write_text("import time; print('importing', flush=True); time.sleep(30)")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])}
    process = subprocess.Popen(PROGRAM, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout.readline() == "importing\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10)[1] == ""
    assert process.returncode == -signal.SIGINT  # which a shell shows as 130


def test_tensorflows_greeting_is_left_out_and_all_else_is_told(tmp_path):
    said = (
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
        "I0000 00:00:1.1 1 port.cc:153] oneDNN custom operations are on. You may see\n"
        "E0000 00:00:1.1 1 port.cc:154] something is wrong\n"
    )
    (tmp_path / "tensorflow.py").write_text(f"import os\nos.write(2, {said.encode()!r})\nraise ImportError('no AVX')")
    script = "from explorer.cli.greeting import leave_out_greeting as leave\nleave()\nimport tensorflow"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert done.stderr.startswith("E0000 00:00:1.1 1 port.cc:154] something is wrong\nTraceback")
    assert done.stderr.endswith("ImportError: no AVX\n")


def test_explaining_by_tensorflow_says_nothing_on_standard_error(tmp_path):
    coffee = Path(__file__).parents[2] / "assets" / "samples" / "coffee.jpg"
    small = "--weights random --width 0.25 --input-size 71 --middle-repeats 0 --classes 3 --no-scores"
    command = [*PROGRAM, "explain", coffee, *small.split(), "--output", tmp_path / "new"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")

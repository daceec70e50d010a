import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import pytest

from explorer.errors import WeightsError
from explorer.model.sources.known import WeightsFile
from explorer.model.sources.process_folder import bytes_in_all, remove_left_over
from explorer.ui.session import cache
from explorer.ui.session.kept_answers import KeptAnswers
from explorer.ui.uploads import uploads
from explorer.vision.look import Look
from explorer.vision.pictures.picture import picture


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / "xception-explorer-uploads-0" / "session"
    folder.mkdir(parents=True)
    monkeypatch.setattr(uploads, "_folder", lambda: folder)
    return folder


def test_a_file_is_kept_once_under_a_plain_name(folder):
    path = uploads.keep_upload("../../etc/pass\nwd $(x).keras", b"data")
    assert path.is_relative_to(folder)
    assert path.name == "pass_wd __x_.keras"
    assert path.read_bytes() == b"data"
    assert uploads.keep_upload("../../etc/pass\nwd $(x).keras", b"data") == path
    assert bytes_in_all() == 4


def test_what_is_too_much_is_refused_with_both_numbers(folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    monkeypatch.setattr(uploads, "MOST_TOGETHER", 1500)
    with pytest.raises(WeightsError, match=r"at most 1000 B, got 1001 B"):
        uploads.keep_upload("a.h5", bytes(1001))
    uploads.keep_upload("a.h5", bytes(1000))
    with pytest.raises(WeightsError, match=r"may keep 1\.5 KiB .* would be 2\.0 KiB"):
        uploads.keep_upload("b.h5", bytes(999))
    monkeypatch.setattr(uploads, "_folder", lambda: folder.parents[1] / "xception-explorer-uploads-1")
    with pytest.raises(WeightsError, match=r"would be 1\.6 KiB"):  # another web process on this machine
        uploads.keep_upload("c.h5", bytes(600))


def test_a_session_that_ends_takes_its_files_and_results_along(folder, monkeypatch):
    kept = KeptAnswers(lambda: 1 << 20)
    monkeypatch.setattr(cache, "_answers", kept)
    own = WeightsFile(uploads.keep_upload("a.h5", b"mine"))
    other = WeightsFile(Path("elsewhere") / "a.h5")
    shown = picture("p", BytesIO(b"").read())
    for file in (own, other):
        kept.put(("prediction", Look(shown, None, file).key), "an answer")
        kept.put(("trained", file), "weights")
    uploads._release(folder)
    assert not folder.exists()
    assert [kept.find(("trained", file)) for file in (own, other)] == [None, "weights"]
    assert kept.find(("prediction", Look(shown, None, own).key)) is None
    assert kept.find(("prediction", Look(shown, None, other).key)) == "an answer"


PROCESS = """
import sys, tempfile
from explorer.model.sources.process_folder import process_folder

tempfile.tempdir = sys.argv[1]
(process_folder() / "weights.h5").write_bytes(bytes(1000))
print("kept", flush=True)
sys.stdin.read()
"""


def test_what_a_killed_process_kept_is_removed_and_what_living_ones_keep_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "kept\n"
    remove_left_over()
    assert bytes_in_all() == 2000
    processes[0].kill()
    processes[0].communicate()
    remove_left_over()
    assert bytes_in_all() == 1000
    processes[1].communicate("")
    assert list(tmp_path.iterdir()) == [], "one that ends takes its files along"

import os

import pytest


def test_export_writes_a_file_and_replaces_none_unasked(run, tmp_path):
    path = tmp_path / "page.html"
    status, out, _ = run("export", "kitchenware", "xception", "kitchenware", "--output", str(path))
    assert status == 0
    assert str(path) in out
    first = path.read_text(encoding="utf-8")
    assert first.count('<section class="network"') == 2  # the same one again is left out
    status, _, err = run("export", "mobilenet", "--output", str(path))
    assert status == 2
    assert "is there already" in err
    assert path.read_text(encoding="utf-8") == first
    assert run("export", "mobilenet", "--output", str(path), "--force")[0] == 0
    assert "MobileNet" in path.read_text(encoding="utf-8")
    assert os.listdir(tmp_path) == ["page.html"]


def test_export_to_standard_output(run):
    status, out, _ = run("export", '{"network": "mobilenet", "alpha": 0.5}', "--output", "-")
    assert status == 0
    assert out.startswith("<!DOCTYPE html>")
    assert "tally --network mobilenet --alpha 0.5" in out
    assert out.endswith("</html>\n")


@pytest.mark.parametrize(
    ("output", "said"),
    [("", "name one"), (".", "is a folder"), ("/dev/null", "device"), ("absent/page.html", "no folder absent")],
)
def test_export_says_where_it_cannot_write(run, tmp_path, monkeypatch, output, said):
    monkeypatch.chdir(tmp_path)
    status, _, err = run("export", "vgg16", "--output", output, "--force")
    assert status == 2
    assert said in err
    assert not os.listdir(tmp_path)


def test_export_of_five_networks_is_refused(run):
    names = ("xception", "mobilenet", "vgg16", "resnet50", "inception-v3")
    status, _, err = run("export", *names, "--output", "-")
    assert (status, "1 to 4 networks, got 5" in err) == (2, True)

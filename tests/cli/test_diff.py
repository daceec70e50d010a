import csv
import io
import json

from explorer.configuration.registry import PAPER, PRESETS, graph_of
from explorer.counting.tally import tally
from explorer.networks.xception import XceptionConfig


def test_diff_as_json_adds_up_and_names_both(run):
    status, out, _ = run("diff", "paper", "lightweight", "--format", "json")
    data = json.loads(out)
    paper, lightweight = (tally(graph_of(config)) for config in (PAPER, PRESETS["lightweight"].config))
    assert status == 0
    assert (data["first"]["title"], data["second"]["network"]) == ("The paper's Xception", "lightweight")
    assert data["total"]["more_params"] == lightweight.params - paper.params
    assert data["total"]["more_macs"] == lightweight.macs - paper.macs
    for number in ("more_params", "more_macs"):
        total = data["total"][number]
        assert sum(kind[number] for kind in data["by_kind"].values()) == total
        assert sum(layer[number] for layer in data["layers"]) == total
        assert sum(sentence[number] or 0 for sentence in data["sentences"]) == total
    (bias,) = [each for each in data["layers"] if each["second"] and each["second"]["name"] == "block4_shortcut_conv"]
    assert bias["kind"] == "changed"
    assert bias["changes"][0] == {"what": "use_bias", "first": False, "second": True}


def test_diff_as_csv_has_a_row_for_every_layer(run):
    rows = list(csv.DictReader(io.StringIO(run("diff", "paper", '{"middle_repeats": 7}', "--format", "csv")[1])))
    fewer = tally(graph_of(XceptionConfig(middle_repeats=7)))
    assert sum(int(row["second_params"]) for row in rows) == fewer.params
    assert sum(int(row["first_macs"]) + int(row["more_macs"]) for row in rows) == fewer.macs
    assert {row["module"] for row in rows if row["kind"] == "removed"} == {"block12"}
    assert {row["kind"] for row in rows} == {"removed", "changed", "same"}
    assert [row["changes"] for row in rows if row["second"] == "block12_shortcut_conv"] == [
        "reads block11_add instead of block12_add"
    ]


def test_diff_as_table_says_first_what_was_done(run):
    heading, first, *rest = run("diff", "xception", "from-scratch")[1].splitlines()
    assert heading == "Tutorial: from scratch, against The paper's Xception"
    assert first.startswith("- 2 shortcut convolutions in block3 and block4 read the previous module's shortcut")
    assert any(line.split()[:3] == ["block5_act", "added", "Activation"] for line in rest)
    more = tally(graph_of(PRESETS["from-scratch"].config)).macs - tally(graph_of(PAPER)).macs
    assert rest[-1].split() == ["all", "142", "0", f"+{more:,}"]


def test_diff_of_equal_and_of_strange_networks(run):
    assert "No difference" in run("diff", "xception", "paper")[1]
    strange = run("diff", "vgg16", "xception")[1]
    assert "share little" in strange
    assert "block5_sepconv1" not in strange


def test_diff_refuses_what_names_no_network(run):
    status, out, err = run("diff", "paper", "papers")
    assert (status, out) == (2, "")
    assert "there is no network, preset or readable file 'papers': choose one of xception" in err

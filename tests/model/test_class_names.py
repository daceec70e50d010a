import json

import pytest

from explorer.assets import ASSETS
from explorer.errors import ConfigError
from explorer.model.sources.class_names import names_in, typed_names
from explorer.model.sources.labels import labels

EXPECTED = ("cat", "dog", "owl")


@pytest.mark.parametrize(
    "text",
    [
        "cat\ndog\nowl\n",
        "\ufeffcat\r\ndog\r\n\r\nowl",
        "0,cat\n1,dog\n2,owl\n",
        "index,wordnet_id,name\n2,,owl\n0,n1,cat\n1,n2,dog\n",
        "name\tcolour\ncat\tred\ndog\tblue\nowl\tgray\n",
        json.dumps(EXPECTED),
        json.dumps({"2": "owl", "0": "cat", "1": "dog"}),
        json.dumps({"owl": 2, "cat": 0, "dog": 1}),
        json.dumps({"0": ["n1", "cat"], "1": ["n2", "dog"], "2": ["n3", "owl"]}),
    ],
)
def test_names_are_read_in_the_order_of_the_outputs(text):
    assert names_in(text.encode(), "labels") == EXPECTED


def test_typed_names_and_the_program_s_own_file():
    assert typed_names(" cat, dog ,\nowl") == EXPECTED
    own = names_in((ASSETS / "labels" / "imagenet.csv").read_bytes(), "imagenet.csv")
    assert own == tuple(label.name for label in labels("imagenet"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"one", "from 2 to 20,000 names of classes, got 1"),
        (b"", "got 0"),
        (b"cat\ndog\ncat", "got 'cat' twice"),
        (b'{"0": "cat", "2": "dog"}', "one for each output"),
        (b"[1, 2]", "something else among them"),
        (b"[" * 100_000, "JSON list of names"),
        (b"x" * (3 << 20), "got 3,145,728 bytes"),
    ],
)
def test_what_holds_no_names_is_refused(data, words):
    with pytest.raises(ConfigError, match=words):
        names_in(data, "labels")

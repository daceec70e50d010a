import pytest

from explorer.model.sources.known import SOURCES
from explorer.model.sources.labels import Label, labels

# Index, WordNet id and name as printed by keras.applications' decode_predictions in published examples.
KNOWN = {
    0: ("n01440764", "tench"),
    1: ("n01443537", "goldfish"),
    2: ("n01484850", "great white shark"),
    151: ("n02085620", "Chihuahua"),
    207: ("n02099601", "golden retriever"),
    281: ("n02123045", "tabby"),
    282: ("n02123159", "tiger cat"),
    285: ("n02124075", "Egyptian cat"),
    340: ("n02391049", "zebra"),
    386: ("n02504458", "African elephant"),
    404: ("n02690373", "airliner"),
    463: ("n02909870", "bucket"),
    504: ("n03063599", "coffee mug"),
    657: ("n03773504", "missile"),
    812: ("n04266014", "space shuttle"),
    954: ("n07753592", "banana"),
    967: ("n07920052", "espresso"),
    999: ("n15075141", "toilet tissue"),
}


@pytest.mark.parametrize("index", KNOWN)
def test_imagenet_label_is_the_one_of_keras(index):
    wordnet_id, name = KNOWN[index]
    assert labels("imagenet")[index] == Label(index, name, wordnet_id)


def test_imagenet_order_is_that_of_wordnet_ids():
    ids = [label.wordnet_id for label in labels("imagenet")]
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.name)
def test_a_source_has_one_uniquely_named_label_per_class(source):
    found = labels(source.labels)
    assert [label.index for label in found] == list(range(source.config.classes))
    assert len({label.name.casefold() for label in found}) == source.config.classes


def test_kitchenware_order():
    assert [label.name for label in labels("kitchenware")] == ["cup", "fork", "glass", "knife", "plate", "spoon"]


def test_unknown_set_is_refused():
    with pytest.raises(ValueError, match=r"imagenet, kitchenware, .*, got '\.\./x'"):
        labels("../x")

import io
import json
import shlex
import zipfile
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version

import numpy as np
import pytest

from explorer.arch.places.taps import find_tap
from explorer.configuration.registry import graph_of
from explorer.model.gradients.activations import Pass
from explorer.model.weights.arrays import Provenance
from explorer.model.weights.asked_weights import AskedWeights
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import XceptionConfig
from explorer.vision.checks.faithfulness import Curve, Faithfulness
from explorer.vision.checks.judgement import BranchShare, Judgement
from explorer.vision.checks.sanity import SanityCheck
from explorer.vision.look import Look
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.target import Target
from explorer.vision.pictures.picture import Picture
from explorer.vision.reports.circumstances import Circumstances, PictureFile
from explorer.vision.reports.evidence import evidence_bundle, explanation_facts, npy_bytes

TRAINED = XceptionConfig(input_size=79, classes=4, fully_connected=(8,))
TAP = find_tap(graph_of(TRAINED), "block8_sepconv3", "bn")
LOGITS = np.log(np.array([1, 4, 2, 1], np.float32))
SIGNED = np.array([[-1, 0, 2], [0.5, 0, -3]], np.float32)
ALTERED = Provenance("altered", "test", "Trained in a test.", ("Middle flow: 6 modules.",))


def circumstances(config=TRAINED, *, name="photo.jpg", weights="test", trained=TRAINED) -> Circumstances:
    picture = PictureFile(name, "ab" * 32, 640, 480)
    asked = AskedWeights(weights, trained, trained and "cd" * 32)
    tensor = np.linspace(-1, 1, 79 * 79 * 3, dtype=np.float32).reshape(1, 79, 79, 3)
    look = Look(Picture("ab" * 32, b"", name, name, name), config, None)
    return Circumstances(look, asked, picture, tensor, ("ant", "bee", "cat", "dog"))


def facts(where=None, *, against=None, provenance=ALTERED, tap=TAP, method="grad-cam", **scores) -> dict:
    where = where or circumstances()
    activations = Pass(LOGITS, provenance, "stub 1", 0.25)
    target = Target(1, against)
    heat_map = HeatMap(method, tap, target, SIGNED.copy(), TAP.receptive_field, 79, 1.5, provenance, 0.5, {"seed": 3})
    judgement = Judgement("clear", ("Some cells speak for it.",))
    return explanation_facts(where, activations, heat_map, judgement, **scores)


def test_all_facts_are_there_and_in_json():
    where = circumstances()
    found = facts(where)
    assert json.loads(json.dumps(found, allow_nan=False)) == {
        **found,
        "config": json.loads(json.dumps(asdict(TRAINED))),
    }
    assert (found["schema_version"], found["network"]) == (1, "xception")
    assert found["config"] == {**asdict(TRAINED), "fully_connected": [8]}
    assert found["weights"] == {
        "name": "test", "asked_for": "test", "state": "altered", "changes": ["Middle flow: 6 modules."],
        "story": "Trained in a test.", "sha256": "cd" * 32, "caution": None,
    }  # fmt: skip
    assert found["picture"] == {"name": "photo.jpg", "sha256": "ab" * 32, "width": 640, "height": 480}
    assert found["tensor"]["sha256"] == sha256(where.tensor.astype("<f4").tobytes()).hexdigest()
    assert (found["layer"], found["stage"], found["node"]) == ("block8_sepconv3", "bn", "block8_sepconv3_bn")
    assert found["shape"] == list(TAP.shape)
    assert found["receptive_field"]["size"] == TAP.receptive_field.size
    assert found["class"] == {"index": 1, "label": "bee"}
    assert (found["against"], found["target"], found["score"], found["score_kind"]) == (None, "bee", 1.5, "logit")
    assert found["probability"] == pytest.approx(0.5)
    assert [each["label"] for each in found["top"]] == ["bee", "cat", "ant", "dog"]
    assert found["method"] == {
        "name": "grad-cam", "title": "Grad-CAM", "source": "arXiv:1610.02391", "settings": {"seed": 3},
    }  # fmt: skip
    assert found["map"] == {
        "shape": [2, 3], "exported": "cut off at 0", "min": 0, "max": 2, "sum": 2.5,
        "signed_min": -3, "signed_max": 2, "signed_sum": -1.5,
    }  # fmt: skip
    assert found["judgement"] == {"kind": "clear", "sentences": ["Some cells speak for it."]}
    assert found["seconds"] == {"pass": 0.25, "map": 0.5}
    assert found["versions"]["keras"] == version("keras")
    assert all(found["versions"].values())
    assert not any(found[score] for score in ("branch_share", "faithfulness", "sanity_check"))


def test_scores_that_were_computed_are_in_the_facts():
    curve = Curve(np.array([0, 1.0]), np.array([0.9, 0.1]), np.array([0.9, 0.2]), 0.5, 0.55, (0.55,))
    double = HeatMap("grad-cam", TAP, Target(1), SIGNED.copy(), TAP.receptive_field, 79, 1.5, ALTERED, 0.5)
    found = facts(
        branch_share=BranchShare(1, -3),
        faithfulness=Faithfulness(curve, curve, 0.9, 20, 7, 2.5),
        sanity_check=SanityCheck(double, float("nan"), 0),
        signed=True,
    )
    assert json.loads(json.dumps(found, allow_nan=False))["sanity_check"] == {"rank_correlation": None, "seed": 0}
    assert found["branch_share"]["share"] == 0.25
    assert found["faithfulness"]["deletion"]["map"] == [0.9, 0.1]
    assert (found["faithfulness"]["insertion"]["random_area"], found["faithfulness"]["seed"]) == (0.55, 7)
    assert found["map"]["exported"] == "signed"
    words = shlex.split(found["command"])
    assert "--signed" in words
    assert "--no-scores" not in words


def test_random_weights_have_no_hash():
    random = Provenance("random", "random", "Nothing learnt.", ("Width multiplier: 0.5.",))
    assert facts(provenance=random)["weights"]["sha256"] is None


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (circumstances(), "photo.jpg {} --weights test"),
        (
            circumstances(XceptionConfig(79, 0.5, residual=False, classes=4, segments=3)),
            "photo.jpg {} --weights test --width 0.5 --no-residual --segments 3 --fully-connected none",
        ),
        (circumstances(LightweightConfig(79, 4)), "photo.jpg {} --weights test --network lightweight"),
        (
            circumstances(LightweightConfig(79), weights="random", trained=None),
            "photo.jpg {} --weights random --network lightweight --input-size 79",
        ),
        (circumstances(name="/home/me/it's $HOME.jpg"), """'it'"'"'s $HOME.jpg' {} --weights test"""),
        (circumstances(name="C:\\me\\-a.jpg"), "./-a.jpg {} --weights test"),
        (circumstances(name=".."), "picture {} --weights test"),
        (circumstances(name="a\nb\udcff.jpg"), "a_b_.jpg {} --weights test"),
    ],
)
def test_the_command_names_what_differs_and_no_folder(where, expected):
    options = "--layer block8_sepconv3 --stage bn --method grad-cam --class-index 1 --against 2 --no-scores"
    assert facts(where, against=2)["command"] == f"python -m explorer explain {expected.format(options)}"


def test_a_map_of_the_picture_itself_has_no_layer():
    found = facts(tap=None, method="saliency")
    assert (found["layer"], found["stage"], found["node"], found["shape"]) == (None, None, None, None)
    assert "--layer" not in found["command"]


def test_a_bundle_holds_everything_and_is_the_same_bytes_each_time():
    arrays = {"map": SIGNED, "tensor": circumstances().tensor}
    files = {"overlay.png": b"picture", "picture/12:30.jpg": b"photo"}
    bundle = evidence_bundle(facts(), arrays, files)
    assert bundle == evidence_bundle(facts(), dict(reversed(arrays.items())), dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
        members = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(members) == [
        "README.txt", "explanation.json", "map.npy", "overlay.png", "picture/12:30.jpg", "tensor.npy",
    ]  # fmt: skip
    assert json.loads(members["explanation.json"]) == json.loads(json.dumps(facts()))
    assert members["picture/12:30.jpg"] == b"photo"
    for name, array in arrays.items():
        np.testing.assert_array_equal(np.load(io.BytesIO(members[f"{name}.npy"])), array)
    readme = members["README.txt"].decode()
    assert all(f"\n{name}: " in readme for name in members if name != "README.txt")
    assert facts()["command"] in readme
    assert "altered" in readme


@pytest.mark.parametrize("name", ["../a.png", "/a.png", "a\\b.png", "c:a.png", "./a.png", "", "Map.NPY", "readme.txt"])
def test_names_that_would_lead_elsewhere_or_clash_are_refused(name):
    with pytest.raises(ValueError, match=r"in one bundle|inside a zip"):
        evidence_bundle(facts(), {"map": SIGNED}, {name: b""})


def test_arrays_of_objects_are_refused():
    with pytest.raises(ValueError, match="allow_pickle"):
        npy_bytes(np.array([{}]))

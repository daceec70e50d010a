import errno
import json
import os
import random
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from explorer.errors import WeightsError
from explorer.model.keras_files import hdf5_tree
from explorer.model.keras_files.weight_files import read

# Keras 3.15 with NumPy 2 whenever it turns a variable into an array.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

READ_MANY = Path(__file__).with_name("read_many.py")
FORMATS = ("m.keras", "m.weights.h5", "m.h5", "weights_only.h5")


def flat_model():
    """One layer of each kind that matters, called against the alphabet, with an optimizer's variables."""
    import keras
    from keras import layers

    x = inputs = keras.Input((16, 16, 3))
    for n in range(4):
        x = layers.Conv2D(4 + n, 3, padding="same", use_bias=n % 2 == 0, name=f"z{9 - n}_conv")(x)
        x = layers.BatchNormalization(scale=n != 1, name=f"y{9 - n}_bn")(x)
        x = layers.SeparableConv2D(5 + n, 3, padding="same", use_bias=n == 3, name=f"x{9 - n}_sep")(x)
        x = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"w{9 - n}_depthwise")(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    outputs = layers.Dense(3, name="predictions")(layers.Dense(7, name="hidden")(x))
    return compiled(keras.Model(inputs, outputs))


def nested_model():
    """As the kitchenware file: a frozen base, itself a model with a model in it, under a trainable head."""
    import keras
    from keras import layers

    inner = keras.Sequential([layers.Conv2D(4, 1, name="m_conv"), layers.BatchNormalization(name="l_bn")], name="inner")
    x = inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 3, name="z_conv")(x)
    x = layers.BatchNormalization(name="y_bn")(x)
    x = inner(x)
    x = layers.SeparableConv2D(6, 3, name="b_sep")(x)
    base = keras.Model(inputs, x, name="base")
    base.trainable = False
    inputs = keras.Input((16, 16, 3))
    x = layers.GlobalAveragePooling2D()(base(inputs))
    return compiled(keras.Model(inputs, layers.Dense(6, name="logits")(layers.Dense(100, name="hidden")(x))))


def fine_tuned_model():
    """A base of which only the last layers are trainable: the legacy format lists their weights first."""
    model = nested_model()
    base = model.get_layer("base")
    base.trainable = True
    for layer in base.layers[:-1]:
        layer.trainable = False
    return model


def compiled(model):
    import keras

    model.compile(keras.optimizers.Adam(), "mse")
    model.optimizer.build(model.trainable_variables)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=weight.shape).astype("float32") for weight in model.get_weights()])
    return model


MODELS = {"flat": flat_model, "nested": nested_model, "fine_tuned": fine_tuned_model}


def leaves(model):
    for layer in model.layers:
        yield from leaves(layer) if hasattr(layer, "layers") else [layer]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Folder of each model's four files, and the weights by layer and variable as Keras tells them, in its order."""
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    result = {}
    for name, build in MODELS.items():
        model, folder = build(), tmp_path_factory.mktemp(name)
        model.save(folder / "m.keras")
        model.save_weights(folder / "m.weights.h5")
        model.save(folder / "m.h5")
        with h5py.File(folder / "weights_only.h5", "w") as file:
            save_weights_to_hdf5_group(file, model)
        truth = {
            layer.name: {variable.name: variable.numpy() for variable in layer.weights}
            for layer in leaves(model)
            if layer.weights
        }
        result[name] = folder, truth
    return result


@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize("model", MODELS)
def test_reads_what_keras_wrote(saved, model, file):
    folder, truth = saved[model]
    found = read(folder / file)
    names = [layer.name for layer in found.layers]
    if file in ("m.keras", "m.h5") or (file, model) == ("weights_only.h5", "flat"):
        assert names == list(truth)
    assert sorted(names) == sorted(truth)
    # A nested model occurs with the same kinds inside and outside it, or is frozen: without configuration, no order.
    assert found.ordered == (model == "flat" or file in ("m.keras", "m.h5"))
    assert found.input_size == (16 if file in ("m.keras", "m.h5") else None)
    for layer in found.layers:
        assert [variable.name for variable in layer.variables] == list(truth[layer.name])
        for variable in layer.variables:
            np.testing.assert_array_equal(variable.load(), truth[layer.name][variable.name])
            assert variable.shape == variable.load().shape
            assert not variable.load().flags.writeable


def test_the_order_of_a_trainable_nested_model_is_known_without_configuration(tmp_path):
    import keras
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    layers = [
        keras.layers.Conv2D(2, 1, name="z"),
        keras.layers.BatchNormalization(name="y"),
        keras.layers.Dense(3, name="b"),
    ]
    model = keras.Sequential([keras.Input((4, 4, 3)), keras.Sequential([keras.Input((4, 4, 3)), *layers])])
    with h5py.File(tmp_path / "m.h5", "w") as file:
        save_weights_to_hdf5_group(file, model)
    found = read(tmp_path / "m.h5")
    assert found.ordered
    assert [layer.name for layer in found.layers] == ["z", "y", "b"]


def test_kinds_are_told_where_the_file_tells_them(saved):
    folder, _ = saved["flat"]
    for file in ("m.keras", "m.weights.h5", "m.h5"):
        kinds = sorted(layer.kind for layer in read(folder / file).layers)
        assert kinds == sorted(
            ["conv2d", "batch_normalization", "separable_conv2d", "depthwise_conv2d"] * 4 + ["dense"] * 2
        )
    assert {layer.kind for layer in read(folder / "weights_only.h5").layers} == {None}


def test_the_name_of_the_file_does_not_matter(saved, tmp_path):
    folder, truth = saved["flat"]
    for index, file in enumerate(FORMATS):
        renamed = tmp_path / f"{index}.jpg"
        renamed.write_bytes((folder / file).read_bytes())
        assert len(read(renamed).layers) == len(truth)


def test_a_weights_file_of_early_keras_3_has_no_names_but_an_order_in_each_kind(saved, tmp_path):
    folder, truth = saved["flat"]
    path = copy(folder / "m.weights.h5", tmp_path)
    with h5py.File(path, "r+") as file:
        file.visititems(lambda _, item: item.attrs.pop("name", None) and None)
    found = read(path)
    assert found.ordered
    assert {layer.name for layer in found.layers} == {None}
    for kind, letter in (("conv2d", "z"), ("batch_normalization", "y"), ("separable_conv2d", "x"), ("dense", "hp")):
        assert [layer.shapes for layer in found.layers if layer.kind == kind] == [
            tuple(array.shape for array in arrays.values()) for name, arrays in truth.items() if name[0] in letter
        ]


def test_names_of_keras_1_and_2(tmp_path):
    names = {
        "block1_conv1": ["block1_conv1_W_1:0"],
        "convolution2d_4": ["convolution2d_4/kernel:0", "convolution2d_4/bias:0"],
        "bn": ["bn_gamma:0", "bn_beta:0", "bn_running_mean:0", "bn_running_std:0"],
        "sep": ["sep/depthwise_kernel:0", "sep/pointwise_kernel:0"],
        "depthwise": ["depthwise/depthwise_kernel:0"],
    }
    path = tmp_path / "old.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in names]
        for layer, variables in names.items():
            group = file.create_group(layer)
            # Long lists are cut into numbered parts.
            group.attrs["weight_names0"] = [name.encode() for name in variables[:1]]
            group.attrs["weight_names1"] = [name.encode() for name in variables[1:]]
            for name in variables:
                group[name] = np.ones(2, "f4")
    assert {layer.name: [variable.name for variable in layer.variables] for layer in read(path).layers} == {
        "block1_conv1": ["kernel"],
        "convolution2d_4": ["kernel", "bias"],
        "bn": ["gamma", "beta", "moving_mean", "moving_variance"],
        "sep": ["depthwise_kernel", "pointwise_kernel"],
        "depthwise": ["kernel"],
    }


def test_counts_are_numbers_and_not_texts(tmp_path):
    path = tmp_path / "m.weights.h5"
    with h5py.File(path, "w") as file:
        for key in ("dense_10", "dense_2", "conv2d", "dense"):
            file[f"layers/{key}/vars/0"] = np.ones((2, 2), "f4")
    assert [layer.path.removeprefix("layers/") for layer in read(path).layers] == [
        *("conv2d", "dense", "dense_2", "dense_10"),
    ]


def test_what_is_no_count_is_a_name(tmp_path):
    path, far = tmp_path / "m.weights.h5", "dense_" + "9" * 5000
    with h5py.File(path, "w") as file:
        for key in (far, "dense"):
            file[f"layers/{key}/vars/0"] = np.ones((2, 2), "f4")
    assert [layer.path.removeprefix("layers/") for layer in read(path).layers] == ["dense", far]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_other_precisions_become_float32(tmp_path, dtype):
    import ml_dtypes

    values = np.array([[1.5, -0.25], [3.0, 1e-3]]).astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    path = tmp_path / "m.weights.h5"
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset("layers/dense/vars/0", data=values)
        if dtype == "bfloat16":  # as Keras marks it
            dataset.attrs["dtype"] = dtype
    (variable,) = read(path).layers[0].variables
    assert variable.dtype == dtype
    assert variable.load().dtype == np.float32
    np.testing.assert_array_equal(variable.load(), values.astype(np.float32))


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "the HDF5 library crashed on it"),
        ("import time; time.sleep(60)", "reading it did not end"),
    ],
    ids=["crash", "hang"],
)
def test_a_crash_or_hang_of_the_hdf5_library_is_survived(saved, tmp_path, monkeypatch, program, message):
    (tmp_path / "program.py").write_text(program)
    monkeypatch.setattr(hdf5_tree, "_PROGRAM", tmp_path / "program.py")
    monkeypatch.setattr(hdf5_tree, "_TIME_LIMIT_S", 1.0)
    with pytest.raises(WeightsError, match=message):
        read(saved["flat"][0] / "m.h5")


@pytest.mark.parametrize("file", ["m.h5", "m.keras"])
def test_a_temporary_folder_without_room_is_not_the_files_fault(saved, monkeypatch, file):
    # The program that reads the file may write no more than this: the limit is handed down to it.
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    start = subprocess.run

    def limited(*arguments, **options):
        return start(
            *arguments, **options, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, usual[1]))
        )

    monkeypatch.setattr(subprocess, "run", limited)
    with pytest.raises(
        WeightsError, match=f"{file} could not be read, because the temporary folder .*: File too large"
    ):
        read(saved["flat"][0] / file)


def test_a_full_temporary_folder_is_told_while_an_archive_is_unpacked(saved, monkeypatch):
    def no_room(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", no_room)
    with pytest.raises(WeightsError, match=r"m\.keras could not be read, because the temporary folder"):
        read(saved["flat"][0] / "m.keras")


def test_a_path_that_cannot_be_looked_at_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="could not be read: File name too long"):
        read(tmp_path / ("a" * 300))


def test_reading_imports_neither_hdf5_nor_tensorflow(saved):
    program = (
        "import sys; from explorer.model.keras_files.weight_files import read; read(sys.argv[1]);"
        "sys.exit(bool({'h5py', 'tensorflow', 'keras'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program, saved["flat"][0] / "m.keras"], check=True)


def test_mutated_files_are_read_or_refused(saved, tmp_path):
    sources = [(saved["nested"][0] / file).read_bytes() for file in FORMATS]
    # Changing bytes that are not zero hits structure more often than padding.
    used_bytes = [[index for index, byte in enumerate(data) if byte] for data in sources]
    for number in range(300):
        rng = random.Random(number)
        data, used = bytearray(sources[number % len(sources)]), used_bytes[number % len(sources)]
        if number % 5 == 0:
            del data[rng.randrange(len(data)) :]
        for index in rng.sample(used, rng.choice([1, 2, 8])):
            if index < len(data):
                data[index] = rng.choice([0, 255, data[index] ^ 1 << rng.randrange(8)])
        (tmp_path / f"{number}.bin").write_bytes(data)
    result = subprocess.run([sys.executable, READ_MANY, tmp_path], capture_output=True, text=True, env=os.environ)
    assert result.returncode == 0, result.stderr
    outcomes = json.loads(result.stdout)
    assert sum(outcomes.values()) == 300
    assert outcomes["refused"] > 100


def copy(source, folder):
    target = folder / source.name
    target.write_bytes(source.read_bytes())
    return target

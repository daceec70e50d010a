"""Files that must be refused: each is made by one function, the message must match its docstring."""

import json
import random
import zipfile

import h5py
import numpy as np
import pytest

from explorer.errors import WeightsError
from explorer.model.keras_files.weight_files import read


def missing(path):
    """is not a file"""


def folder(path):
    """is not a file"""
    path.mkdir()


def empty(path):
    """neither HDF5 nor an archive"""
    path.write_bytes(b"")


def text(path):
    """neither HDF5 nor an archive"""
    path.write_text("weights, honestly")


def cut_hdf5(path):
    """is damaged"""
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.ones((50, 50), "f4")
    path.write_bytes(path.read_bytes()[:-3000])


def other_hdf5(path):
    """not one of weights that Keras saved"""
    with h5py.File(path, "w") as file:
        file["temperature"] = np.ones(3)


def no_weights(path):
    """holds no weights"""
    with h5py.File(path, "w") as file:
        file.create_group("layers/activation/vars")


def external_link(path):
    """layers/dense is a link"""
    other = path.with_name("other.h5")
    with h5py.File(other, "w") as file:
        file["vars/0"] = np.ones(3, "f4")
    with h5py.File(path, "w") as file:
        file.create_group("layers")["dense"] = h5py.ExternalLink(other.name, "/")


def soft_link(path):
    """layers/dense is a link"""
    with h5py.File(path, "w") as file:
        file["elsewhere/vars/0"] = np.ones(3, "f4")
        file.create_group("layers")["dense"] = h5py.SoftLink("/elsewhere")


def external_values(path):
    """kept in another file"""
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/dense/vars/0", (4,), "f4", external=[("/etc/hostname", 0, 16)])


def virtual_values(path):
    """kept in another file"""
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
    with h5py.File(path, "w") as file:
        file.create_group("layers/dense/vars").create_virtual_dataset("0", layout)


def texts(path):
    """of type object, expected floating-point"""
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.ones(3, "f4")
        file["layers/dense/vars/1"] = ["a", "b"]


def quantized(path):
    """kernel of layer 'layers/dense' is of type int8"""
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.ones((3, 3), "i1")
        file["layers/dense/vars/1"] = np.ones(3, "f4")


def not_a_number(path):
    """bias of layer 'head' holds values that are not finite"""
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.ones((3, 3), "f4")
        file["layers/dense/vars/1"] = np.array([0, np.nan], "f4")
        file["layers/dense/vars"].attrs["name"] = "head"


def endless_configuration(path):
    """longer than 16 Mi characters"""
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.ones((3, 3), "f4")
        file.attrs.create("model_config", "[" * (17 << 20), dtype=h5py.string_dtype())


def absurd_shape(path):
    """more than 2 GiB"""
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/dense/vars/0", (1 << 40, 1 << 20), "f4", chunks=(1024, 1024))


def compressed_bomb(path):
    """says to be of shape"""
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/dense/vars/0", data=np.zeros((4096, 1024), "f4"), compression="gzip")


def no_elements(path):
    """has no elements"""
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/dense/vars/0", (0, 3), "f4")


def cycle(path):
    """nested more than 32 deep"""
    with h5py.File(path, "w") as file:
        group = file.create_group("layers")
        group["layers"] = group


def too_many(path):
    """more than 20,000 groups"""
    with h5py.File(path, "w", libver="latest") as file:
        group = file.create_group("layers")
        for number in range(20_001):
            group[str(number)] = group


def listed_twice(path):
    """lists a name twice"""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"dense", b"dense"]
        file.create_group("dense").attrs["weight_names"] = []


def listed_but_absent(path):
    """lists 'kernel:0' in dense but does not hold it"""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"dense"]
        file.create_group("dense").attrs["weight_names"] = [b"kernel:0"]


def archive(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in members:
            file.writestr(name, data)


def model_config(*layers):
    """The configuration of a functional model as Keras 3 writes it."""
    return json.dumps({"module": "keras", "class_name": "Functional", "config": {"layers": layers}}).replace(
        '"keras"', '"keras.src.models.functional"'
    )


def layer_config(class_name, name, module="keras.layers", **settings):
    return {"module": module, "class_name": class_name, "config": {"name": name, **settings}}


def other_archive(path):
    """0 files called config.json"""
    archive(path, [("word/document.xml", "<xml/>")])


def path_trick(path):
    """0 files called model.weights.h5"""
    archive(path, [("config.json", model_config()), ("../model.weights.h5", b"x")])


def two_of_a_name(path):
    """2 files called model.weights.h5"""
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive(path, [("config.json", model_config())] + [("model.weights.h5", b"x")] * 2)


def zip_bomb(path):
    """would unpack from"""
    archive(path, [("config.json", model_config()), ("model.weights.h5", bytes(50 << 20))], zipfile.ZIP_DEFLATED)


def damaged_archive(path):
    """damaged archive"""
    archive(path, [("config.json", model_config()), ("model.weights.h5", random.Random(0).randbytes(5000))])
    data = bytearray(path.read_bytes())
    data[2000] ^= 255
    path.write_bytes(data)


def encrypted_archive(path):
    """is an encrypted archive"""
    archive(path, [("config.json", model_config()), ("model.weights.h5", b"x")])
    data = bytearray(path.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(header) + flags] |= 1
    path.write_bytes(data)


def lzma_archive(path):
    """config.json in it is neither stored nor deflated"""
    archive(path, [("config.json", model_config()), ("model.weights.h5", b"x")], zipfile.ZIP_LZMA)


def not_hdf5_inside(path):
    """is damaged"""
    archive(path, [("config.json", model_config()), ("model.weights.h5", b"no HDF5 here")])


def config_is_no_json(path):
    """not one that Keras writes"""
    archive(path, [("config.json", "{"), ("model.weights.h5", b"x")])


def config_is_a_list(path):
    """not one that Keras writes"""
    archive(path, [("config.json", "[1, 2]"), ("model.weights.h5", b"x")])


def deep_config(path):
    """nested too deep"""
    archive(path, [("config.json", "[" * 100_000 + "]" * 100_000), ("model.weights.h5", b"x")])


def lambda_layer(path):
    """layer 'sneaky' holds a Python function"""
    config = model_config(
        layer_config("Lambda", "sneaky", function={"class_name": "__lambda__", "config": {"code": "4w"}})
    )
    archive(path, [("config.json", config), ("model.weights.h5", b"x")])


def lambda_activation(path):
    """layer 'head' holds a Python function"""
    config = model_config(layer_config("Dense", "head", activation={"class_name": "function", "config": "evil"}))
    archive(path, [("config.json", config), ("model.weights.h5", b"x")])


def custom_layer(path):
    """layer 'mine' is of the class 'Attention2'"""
    config = model_config(layer_config("Attention2", "mine", module="builtins"))
    archive(path, [("config.json", config), ("model.weights.h5", b"x")])


def weights_without_layer(path):
    """layers/conv2d belong to no layer"""
    with h5py.File(path, "w") as file:
        file["layers/conv2d/vars/0"] = np.ones((3, 3), "f4")
    archive(path, [("config.json", model_config(layer_config("Dense", "d"))), ("model.weights.h5", path.read_bytes())])


HOSTILE = [
    missing,
    folder,
    empty,
    text,
    cut_hdf5,
    other_hdf5,
    no_weights,
    external_link,
    soft_link,
    external_values,
    virtual_values,
    texts,
    quantized,
    not_a_number,
    endless_configuration,
    absurd_shape,
    compressed_bomb,
    no_elements,
    cycle,
    too_many,
    listed_twice,
    listed_but_absent,
    other_archive,
    path_trick,
    two_of_a_name,
    zip_bomb,
    damaged_archive,
    encrypted_archive,
    lzma_archive,
    not_hdf5_inside,
    config_is_no_json,
    config_is_a_list,
    deep_config,
    lambda_layer,
    lambda_activation,
    custom_layer,
    weights_without_layer,
]


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_bad_file_is_refused_with_the_reason(tmp_path, make):
    path = tmp_path / "given.h5"
    make(path)
    with pytest.raises(WeightsError, match=make.__doc__) as caught:
        read(path)
    assert "given.h5" in str(caught.value)


def test_lambda_layer_saved_by_keras_is_refused(tmp_path):
    import keras

    inputs = keras.Input((4,))
    outputs = keras.layers.Dense(2)(keras.layers.Lambda(lambda x: x * 2, name="twice")(inputs))
    keras.Model(inputs, outputs).save(tmp_path / "m.keras")
    with pytest.raises(WeightsError, match="layer 'twice' holds a Python function"):
        read(tmp_path / "m.keras")

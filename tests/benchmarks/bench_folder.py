"""`classify` of a folder of 2,000 small pictures, beside one engine that is asked in a loop; kitchenware's weights.

The command is measured whole, with its start, which the loop is spared. CPU seconds are those of all its processes.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from explorer.compute.loaded_networks import LoadedNetworks
from explorer.networks.xception import KITCHENWARE
from explorer.vision.classification import classify
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.pictures.samples import SAMPLES

PICTURES = 2_000


class Took(NamedTuple):
    """Seconds, and CPU seconds."""

    wall: float
    cpu: float


def rows(pictures: int = PICTURES) -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder), pictures)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            loop = pool.submit(_loop, folder).result()
        yield f"{pictures:,} pictures of 25 KB by one engine in a loop", _words(loop, pictures), "for comparison"
        # So many are computed by workers unless somebody says otherwise.
        for compute, what, bound in (
            ("here", "in the command's own process", "for comparison"),
            ("workers:2", "by 2 workers", "at least 1 x"),
        ):
            took = _command(folder, compute)
            yield (
                f"`classify FOLDER` with these, {what}, against the loop",
                f"{loop.wall / took.wall:.2f} x ({_words(took, pictures)})",
                bound,
            )


def _words(took: Took, pictures: int) -> str:
    return f"{pictures / took.wall:.1f}/s, {1000 * took.cpu / pictures:.0f} CPU ms each"


def _make(folder: Path, pictures: int) -> None:
    """Cuttings of the samples, none like another."""
    chance = random.Random(0)
    samples = [decode(sample.file.read_bytes()) for sample in SAMPLES]
    for number in range(pictures):
        image: Image.Image = samples[number % len(samples)]
        width, height = (chance.randint(side // 2, side) for side in image.size)
        left, top = chance.randint(0, image.width - width), chance.randint(0, image.height - height)
        cut = image.crop((left, top, left + width, top + height))
        cut.save(folder / f"{number:05}.jpg", quality=chance.randint(70, 92))


def _loop(folder: str) -> Took:
    loaded = LoadedNetworks()
    engine = loaded.classifier(KITCHENWARE.config, KITCHENWARE).engine
    names = loaded.trained(KITCHENWARE).class_names
    start, used = time.perf_counter(), time.process_time()
    for path in sorted(Path(folder).iterdir()):
        classify(engine, network_input(decode(path.read_bytes()), KITCHENWARE.config.input_size), names)
    return Took(time.perf_counter() - start, time.process_time() - used)


def _command(folder: str, compute: str) -> Took:
    options = ("--weights", "kitchenware", "--format", "csv", "--compute", compute)
    start, used = time.perf_counter(), _used_by_children()
    subprocess.run(
        [sys.executable, "-m", "explorer", "classify", folder, *options], stdout=subprocess.DEVNULL, check=True
    )
    return Took(time.perf_counter() - start, _used_by_children() - used)


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

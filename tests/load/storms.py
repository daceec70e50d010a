"""What many programs do to a server, by mistake or by malice: connections without end, and files all at once."""

import asyncio
import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from tests.load.people.person import PATIENCE_S, Person

_AT_ONCE = 100
_HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: streamlit\r\n\r\n"
)
_HALF_A_REQUEST = "GET /_stcore/health HTTP/1.1\r\nHost: {host}\r\nX-Un"
_CHUNK = bytes(1 << 16)


def opened_and_dropped(address: str, count: int) -> int:
    """Opens so many web sockets, a hundred at once, and drops each without a word; how many were taken."""
    taken = 0
    for first in range(0, count, _AT_ONCE):
        with silent(address, min(_AT_ONCE, count - first)) as sockets:
            taken += len(sockets)
    return taken


@contextmanager
def silent(address: str, count: int) -> Iterator[list[socket.socket]]:
    """So many web sockets on which nothing is ever said, not even that somebody is there."""
    with _connected(address, count, _HANDSHAKE) as sockets:
        taken = [each for each in sockets if b" 101 " in each.recv(4096)]
        yield taken


@contextmanager
def half_asked(address: str, count: int) -> Iterator[list[socket.socket]]:
    """So many connections with half of a request on each."""
    with _connected(address, count, _HALF_A_REQUEST) as sockets:
        yield sockets


@contextmanager
def _connected(address: str, count: int, words: str) -> Iterator[list[socket.socket]]:
    parts = urlsplit(address)
    with ExitStack() as stack:
        sockets = []
        for _ in range(count):
            each = stack.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S))
            each.sendall(words.format(host=parts.netloc).encode())
            sockets.append(each)
        yield sockets


async def uploads(address: str, people: int, size: int) -> list[int]:
    """So many people send a file of `size` bytes each at the same time, then leave; what the server answered."""
    persons = [Person(address) for _ in range(people)]
    try:
        for each in persons:
            await each.connect()
        places = [await each.place_for("photograph.jpg") for each in persons]
        together = asyncio.get_running_loop()
        with ThreadPoolExecutor(people) as pool:
            sending = [
                together.run_in_executor(pool, _put, address, place.upload_url, person.token, size)
                for person, place in zip(persons, places, strict=True)
            ]
            return list(await asyncio.gather(*sending))
    finally:
        for each in persons:
            await each.leave()


def _put(address: str, path: str, token: str, size: int) -> int:
    """Sends zeros as a file, as the front end does, without holding them."""
    start = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="photograph.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n"
    )
    end = b"\r\n--x--\r\n"
    whole, rest = divmod(size, len(_CHUNK))
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(len(start) + size + len(end)),
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
    }
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE_S)
    try:
        connection.request("PUT", path, (start, *([_CHUNK] * whole), _CHUNK[:rest], end), headers)
        return connection.getresponse().status
    finally:
        connection.close()

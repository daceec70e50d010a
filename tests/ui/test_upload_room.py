import asyncio

import pytest

from explorer.ui.uploads.upload_room import MOST_HELD, UploadRoom

MIB = 2**20


def put(room: UploadRoom, length: int | None, path: str = "/_stcore/upload_file/session/file"):
    """The status that the request is answered with."""
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    scope = {"type": "http", "method": "PUT", "path": path, "headers": headers}
    body = iter([True, False])
    said = []

    async def receive():
        return {"type": "http.request", "body": b"x", "more_body": next(body)}

    async def send(message):
        said.append(message)

    async def answered():
        await room(scope, receive, send)
        return said[0]["status"]

    return answered()


async def served(scope, receive, send):
    await asyncio.sleep(0)
    await send({"type": "http.response.start", "status": 204})


async def broken(scope, receive, send):
    raise OSError


def test_what_has_arrived_and_what_is_on_its_way_leaves_so_much_room():
    arrived = MOST_HELD - 50 * MIB
    room = UploadRoom(served, lambda: arrived)

    async def at_once(*lengths):
        return await asyncio.gather(*(put(room, length) for length in lengths))

    assert asyncio.run(at_once(20 * MIB, 20 * MIB, 20 * MIB)) == [204, 204, 503]
    assert asyncio.run(at_once(50 * MIB)) == [204], "the room is back"
    assert asyncio.run(at_once(50 * MIB + 1)) == [503]
    assert asyncio.run(at_once(None)) == [503], "who does not say how much could bring most"
    assert asyncio.run(put(room, MOST_HELD, path="/elsewhere")) == 204


def test_an_upload_that_fails_gives_its_room_back():
    room = UploadRoom(broken, lambda: 0)
    for _ in range(20):
        with pytest.raises(OSError):
            asyncio.run(put(room, 100 * MIB))

"""Messages on their way out, sent by a thread of their own: nobody who says something waits for who listens."""

import os
import socket
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread


class Outbox:
    """What is said over a connection. Threads share it; one of them receives from the connection, and closes it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._messages: SimpleQueue[bytes | None] = SimpleQueue()
        self._thread = Thread(target=self._send, daemon=True)
        self._thread.start()

    def put(self, message: bytes) -> None:
        """Sends a pickled message after what was put before; nothing happens if the other side has gone."""
        self._messages.put(message)

    def end(self) -> None:
        """Ends the conversation: who receives finds its end."""
        # Closing would not wake who waits for a message, and would free a number that it still reads from.
        with suppress(OSError), socket.socket(fileno=os.dup(self._connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """For who received to the end: nothing is sent any more, and the connection is closed."""
        self.end()
        self._messages.put(None)
        self._thread.join()
        self._connection.close()

    def _send(self) -> None:
        with suppress(OSError):
            while (message := self._messages.get()) is not None:
                self._connection.send_bytes(message)
        self.end()

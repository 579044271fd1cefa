"""Messages between a pool and a worker, over a socket: eight bytes of length, then the message.

The worker waits for what it reads and writes. The pool's thread serves all workers, and one that is
stopped (SIGSTOP, a debugger) neither reads nor writes on: so that thread never waits for a socket,
and keeps what a worker does not take.
"""

import select
import socket
from collections import deque

_LENGTH = 8
_MOST_AT_ONCE = 1 << 20


def send(connection: socket.socket, message: bytes) -> None:
    """Send a message, however long the other side takes.

    Raises:
        OSError: There is no other side any more.
    """
    connection.sendall(len(message).to_bytes(_LENGTH, "big"))
    connection.sendall(message)


def receive(connection: socket.socket) -> bytes:
    """Wait for a message.

    Raises:
        EOFError: The other side hung up.
        OSError: Likewise.
    """
    return bytes(_exactly(connection, int.from_bytes(_exactly(connection, _LENGTH), "big")))


def _exactly(connection: socket.socket, length: int) -> bytearray:
    arrived = bytearray()
    while len(arrived) < length:
        chunk = connection.recv(min(length - len(arrived), _MOST_AT_ONCE))
        if not chunk:
            raise EOFError
        arrived += chunk
    return arrived


class Channel:
    """The pool's end, which never waits."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(0)
        self._connection = connection
        self._unsent: deque[memoryview] = deque()
        self._arrived = bytearray()
        self._length: int | None = None

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._connection.fileno()

    @property
    def has_unsent(self) -> bool:
        """Whether a message is still to be sent, once the worker takes it."""
        return bool(self._unsent)

    def send(self, message: bytes) -> None:
        """Send a message, or what the worker takes of it now."""
        self._unsent += (memoryview(len(message).to_bytes(_LENGTH, "big")), memoryview(message))
        self.send_rest()

    def send_rest(self) -> None:
        """Send what the worker takes now; when it hung up, reading will tell."""
        try:
            while self._unsent:
                sent = self._connection.send(self._unsent[0])
                self._unsent[0] = self._unsent[0][sent:]
                if not self._unsent[0]:
                    self._unsent.popleft()
        except BlockingIOError:
            return
        except OSError:
            self._unsent.clear()

    def receive(self) -> bytes | None:
        """Return the next message, or None while it is not all there.

        Raises:
            EOFError: The worker hung up.
        """
        while self._length is None or len(self._arrived) < self._length:
            wanted = (_LENGTH if self._length is None else self._length) - len(self._arrived)
            try:
                chunk = self._connection.recv(min(wanted, _MOST_AT_ONCE))
            except BlockingIOError:
                return None
            except OSError:
                chunk = b""
            if not chunk:
                raise EOFError
            self._arrived += chunk
            if self._length is None and len(self._arrived) == _LENGTH:
                self._length = int.from_bytes(self._arrived, "big")
                self._arrived.clear()
        message = bytes(self._arrived)
        self._arrived.clear()
        self._length = None
        return message

    def has_news(self) -> bool:
        """Whether there is something to receive, be it the end."""
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

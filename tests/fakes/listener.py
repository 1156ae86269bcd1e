"""A small HTTP server that records what it was asked and answers with what it was told, byte for byte."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answerer = Callable[[socket.socket], None]


@contextmanager
def listening(answer: bytes | Answerer, *, reads_first: bool = True) -> Iterator["Listener"]:
    """Listen on a free port of 127.0.0.1; each connection gets `answer`, as a rule once its request was read."""
    listener = Listener(answer, reads_first=reads_first)
    try:
        yield listener
    finally:
        listener.close()


class Listener:
    def __init__(self, answer: bytes | Answerer, *, reads_first: bool, port: int = 0) -> None:
        self.requests: queue.Queue[bytes] = queue.Queue()
        self._answer = answer
        self._reads_first = reads_first
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self) -> None:
        # Closing alone does not wake a thread that waits in accept.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in (self._accepting, *self._threads):
            thread.join(timeout=10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with connection:
            try:
                if self._reads_first:
                    self.requests.put(whole_request(connection))
                if callable(self._answer):
                    self._answer(connection)
                else:
                    connection.sendall(self._answer)
            except OSError:
                return


def whole_request(connection: socket.socket) -> bytes:
    """One request, head and body; less where whoever asks goes away meanwhile."""
    read = b""
    while b"\r\n\r\n" not in read:
        if not (piece := connection.recv(65_536)):
            return read
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    missing = int(lengths[0]) - len(body) if lengths else 0
    while missing > 0 and (piece := connection.recv(65_536)):
        read, missing = read + piece, missing - len(piece)
    return read

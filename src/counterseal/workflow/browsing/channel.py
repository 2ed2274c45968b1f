"""How a command asks the keeper of the browser: one question, one answer.

A connection that the operating system keeps within this computer, opened by a key that stands in a
file of this user alone. Pictures go over it in memory, so that none of them touches the disk.
"""

import contextlib
import json
import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from typing import Any, Final

from counterseal.evidence.browser.trouble import BrowserGoneError, WatchSilentError

MOST: Final = 256 * 1024 * 1024
"""The largest message, in bytes."""
_HEAR_S: Final = 2.0
_HERE: Final = "\\\\.\\pipe\\" if sys.platform == "win32" else "/"
"""What the name of a place within this computer begins with; any other is never spoken to."""

Answer = tuple[Mapping[str, Any], bytes]
Answering = Callable[[Mapping[str, Any]], Answer]


class Listening:
    """The keeper's end: answers one question after the other until the process ends.

    Args:
        answer: What is said to a question, and bytes that follow it.
    """

    def __init__(self, answer: Answering) -> None:
        """Listen at a place that the system chooses."""
        self._answer, key = answer, secrets.token_bytes(32)
        self._listener = Listener(authkey=key)
        self.where: Mapping[str, Any] = {"address": self._listener.address, "key": key.hex()}
        """What `ask` needs to know."""
        threading.Thread(target=self._serve, name="channel", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                with self._listener.accept() as asking:
                    self._hear(asking)
            except (AuthenticationError, EOFError, ConnectionError, ValueError):
                continue  # whoever asked went away, or is none of ours
            except OSError:
                return  # it was closed

    def _hear(self, asking: "Connection[Any, Any]") -> None:
        if asking.poll(_HEAR_S):
            said, content = self._answer(json.loads(asking.recv_bytes(MOST)))
            asking.send_bytes(json.dumps({**said, "follows": bool(content)}).encode())
            if content:
                asking.send_bytes(content)


def ask(where: Mapping[str, Any], question: Mapping[str, Any], limit_s: float) -> Answer:
    """Ask the keeper.

    Args:
        where: What its `Listening.where` said.
        question: What to ask.
        limit_s: How long the answer may take, in seconds.

    Raises:
        BrowserGoneError: The keeper is gone.
        WatchSilentError: It does not answer in time.
    """
    got: list[Answer] = []

    def talk() -> None:
        known = (OSError, EOFError, AuthenticationError, ValueError)
        with contextlib.suppress(*known), _connected(where) as asked:
            asked.send_bytes(json.dumps(question).encode())
            said = json.loads(asked.recv_bytes(MOST))
            got.append((said, asked.recv_bytes(MOST) if said["follows"] else b""))

    talking = threading.Thread(target=talk, name="asking", daemon=True)
    talking.start()
    talking.join(limit_s)
    if talking.is_alive():
        raise WatchSilentError
    if not got:
        raise BrowserGoneError
    return got[0]


def _connected(where: Mapping[str, Any]) -> "Connection[Any, Any]":
    address = str(where["address"])
    if not address.startswith(_HERE):
        message = "the keeper is not on this computer"
        raise ValueError(message)
    return Client(address, authkey=bytes.fromhex(where["key"]))

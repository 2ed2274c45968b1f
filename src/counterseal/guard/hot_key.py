"""Hear Ctrl+Alt+S wherever the keyboard is, with what the system itself brings.

X11: a passive grab on the root window, on a connection of our own, through ctypes. Windows:
RegisterHotKey. Elsewhere, and under Wayland, where no program hears another's keys: none.
"""

import ctypes
import os
import sys
import threading
from typing import Any, Protocol

_S = 0x73  # the keysym of "s"
_CONTROL, _ALT, _CAPS_LOCK, _NUM_LOCK = 1 << 2, 1 << 3, 1 << 1, 1 << 4
_ASYNC, _KEY_PRESS = 1, 2
_EVENT_SIZE = 24  # longs in an XEvent


class HotKey(Protocol):
    """A key that is listened for."""

    def pressed(self) -> bool:
        """Whether it was pressed since the last time of asking; never waits."""


def listen() -> HotKey | None:
    """Begin to listen.

    Returns:
        None where the platform has no such key, or another program has taken it.
    """
    if sys.platform == "win32":
        return _OnWindows.listen()
    if sys.platform == "darwin" or os.environ.get("WAYLAND_DISPLAY"):
        return None
    return _OnX11.listen()


class _OnX11:
    def __init__(self, library: Any, connection: ctypes.c_void_p) -> None:  # noqa: ANN401  (a C library)
        self._library, self._connection = library, connection
        self._event = (ctypes.c_long * _EVENT_SIZE)()

    @classmethod
    def listen(cls) -> "_OnX11 | None":
        try:
            library = ctypes.CDLL("libX11.so.6")
        except OSError:
            return None
        library.XOpenDisplay.restype = ctypes.c_void_p
        library.XDefaultRootWindow.restype = ctypes.c_ulong
        opened = library.XOpenDisplay(None)
        if not opened:
            return None
        connection = ctypes.c_void_p(opened)
        if not _grab(library, connection):
            library.XCloseDisplay(connection)
            return None
        return cls(library, connection)

    def pressed(self) -> bool:
        heard = False
        while self._library.XPending(self._connection):
            self._library.XNextEvent(self._connection, self._event)
            kind = ctypes.cast(self._event, ctypes.POINTER(ctypes.c_int))[0]
            heard = heard or kind == _KEY_PRESS
        return heard


def _grab(library: Any, connection: ctypes.c_void_p) -> bool:  # noqa: ANN401
    refused = threading.Event()

    def note(_connection: object, _error: object) -> int:
        refused.set()
        return 0

    # Without a handler of our own, Xlib ends the whole process when another program has the key.
    ours = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(note)
    library.XSetErrorHandler.restype = ctypes.c_void_p
    before = library.XSetErrorHandler(ours)
    root = ctypes.c_ulong(library.XDefaultRootWindow(connection))
    code = library.XKeysymToKeycode(connection, ctypes.c_ulong(_S)) & 0xFF
    for lock in (0, _CAPS_LOCK, _NUM_LOCK, _CAPS_LOCK | _NUM_LOCK):
        library.XGrabKey(connection, code, _CONTROL | _ALT | lock, root, 0, _ASYNC, _ASYNC)
    library.XSync(connection, 0)
    library.XSetErrorHandler(ctypes.c_void_p(before))
    return code != 0 and not refused.is_set()


class _OnWindows:
    def __init__(self) -> None:
        self._heard = threading.Event()
        self._tried = threading.Event()
        self._taken = False

    @classmethod
    def listen(cls) -> "_OnWindows | None":
        made = cls()
        threading.Thread(target=made._run, daemon=True).start()
        made._tried.wait(1)
        return made if made._taken else None

    def pressed(self) -> bool:
        heard = self._heard.is_set()
        self._heard.clear()
        return heard

    def _run(self) -> None:
        if sys.platform == "win32":  # the type checker follows the platform
            from ctypes import wintypes  # noqa: PLC0415

            alt, control, once, message_hot_key = 0x1, 0x2, 0x4000, 0x0312
            user = ctypes.windll.user32
            # The messages of a hot key come to the thread that asked for it, so it has its own.
            self._taken = bool(user.RegisterHotKey(None, 1, alt | control | once, ord("S")))
            self._tried.set()
            message = wintypes.MSG()
            while self._taken and user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
                if message.message == message_hot_key:
                    self._heard.set()

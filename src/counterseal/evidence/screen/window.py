"""The preview window: a program of its own, standard library only.

It is started by `preview.py` and knows nothing but what comes through its standard input: one
line of JSON, then the picture to show (scaled to fit) and, where that is smaller, the picture in
its real size. It says on standard output:

    room WIDTH HEIGHT     how large a picture may be here
    shown                 the picture is on the screen
    stop                  STOP was pressed; the picture is gone already
    unavailable REASON    no window can be had

A line "hide" takes the picture away. When standard input ends, the window ends.
"""

import contextlib
import json
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import tkinter as tk

_INK = "#16283d"
_PAPER = "#eef2f6"
_PALE = "#ffffff"
_QUIET = "#51647a"
_LINE = "#b9c6d4"
_RED = "#b3141d"
_DARK_RED = "#8d0f17"
_SHARE = 0.85
"""Of the screen: the terminal behind it stays in sight, because the answer is typed there."""
_FRAME = (64, 160)
"""Pixels around the picture that the window's own parts take, across and down."""
_TICK_MS = 40
_LEAST_WIDTH = 720
_MARGIN = 24
_BELOW = 64


def room(width: int, height: int) -> tuple[int, int]:
    """Work out how large a picture may be.

    Args:
        width: Of the screen in pixels; of all displays together where they are side by side.
        height: Of the screen in pixels.

    Returns:
        Width and height in pixels, never below 320 by 200.
    """
    # Two displays side by side, or one above the other, look like one very wide or high screen.
    width, height = min(width, height * 16 // 9), min(height, width * 3 // 4)
    return (
        max(320, int(width * _SHARE) - _FRAME[0]),
        max(200, int(height * _SHARE) - _FRAME[1]),
    )


class Orders:
    """What comes through standard input after the picture, read by a thread."""

    def __init__(self, stream: BinaryIO) -> None:
        """Start to listen."""
        self.hide = threading.Event()
        self.end = threading.Event()
        self._stream = stream
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._stream:
            if line.strip() == b"hide":
                self.hide.set()
        self.end.set()


class Window:
    """The window and its parts."""

    def __init__(self, root: "tk.Tk", head: dict[str, Any], pictures: list[bytes]) -> None:
        """Build everything and put it on the screen."""
        import tkinter as tk  # noqa: PLC0415

        self._tk, self._root, self._head = tk, root, head
        self._photos = [tk.PhotoImage(master=root, data=one, format="png") for one in pictures]
        self._drawn = self._gone = self._real = False
        root.title(head["title"])
        root.configure(background=_PAPER)
        self._family = _family(root)
        self._width = max(_LEAST_WIDTH, self._photos[0].width() + 2 * _MARGIN + 2)
        self._banner()
        self._foot()
        self._canvas = self._picture()
        self._place()

    def _text(self, parent: "tk.Misc", text: str, size: int, **look: Any) -> "tk.Label":  # noqa: ANN401  (Tk options)
        font = (self._family, size, look.pop("weight", "normal"))
        return self._tk.Label(parent, text=text, font=font, borderwidth=0, **look)

    def _banner(self) -> None:
        self._top = self._tk.Frame(self._root, background=_INK, padx=_MARGIN, pady=14)
        self._top.pack(side="top", fill="x")
        self._stop = self._press("STOP", self.stop)
        self._stop.pack(side="right", padx=(_MARGIN, 0))
        self._caption = self._text(
            self._top, self._head["caption"], 14, foreground=_PALE, background=_INK,
            justify="left", anchor="w",
        )  # fmt: skip
        self._caption.configure(wraplength=self._width - 3 * _MARGIN - self._stop.winfo_reqwidth())
        self._caption.pack(side="left", fill="x", expand=True)

    def _press(self, word: str, action: Callable[[], None]) -> "tk.Label":
        # A label, because buttons of some platforms refuse a colour, and STOP must be red.
        label = self._text(
            self._top, word, 17, weight="bold", foreground=_PALE, background=_RED,
            padx=26, pady=9, cursor="hand2", takefocus=True,
            highlightthickness=2, highlightbackground=_RED, highlightcolor=_PALE,
        )  # fmt: skip
        label.bind("<Button-1>", lambda _event: action())
        label.bind("<Return>", lambda _event: action())
        label.bind("<space>", lambda _event: action())
        label.bind("<Enter>", lambda _event: label.configure(background=_DARK_RED))
        label.bind("<Leave>", lambda _event: label.configure(background=_RED))
        return label

    def _foot(self) -> None:
        self._bottom = self._tk.Frame(self._root, background=_PAPER, padx=_MARGIN, pady=12)
        self._bottom.pack(side="bottom", fill="x")
        self._note = self._text(self._bottom, "", 11, foreground=_QUIET, background=_PAPER)
        self._note.pack(side="left")
        if len(self._photos) > 1:
            link = self._text(
                self._bottom, "", 11, weight="bold", foreground=_INK, background=_PAPER,
                cursor="hand2", takefocus=True, highlightthickness=1,
                highlightbackground=_LINE, highlightcolor=_INK, padx=12, pady=4,
            )  # fmt: skip
            link.pack(side="right")
            for event in ("<Button-1>", "<Return>", "<space>"):
                link.bind(event, lambda _event: self._turn())
            self._link = link

    def _picture(self) -> "tk.Canvas":
        self._middle = self._tk.Frame(self._root, background=_PAPER, padx=_MARGIN)
        self._middle.pack(side="top", fill="both", expand=True, pady=(18, 0))
        canvas = self._tk.Canvas(
            self._middle, width=self._photos[0].width(), height=self._photos[0].height(),
            background=_PAPER, highlightthickness=1, highlightbackground=_LINE, borderwidth=0,
        )  # fmt: skip
        canvas.pack(anchor="center")
        canvas.bind("<Expose>", self._expose)
        canvas.bind("<ButtonPress-1>", lambda event: canvas.scan_mark(event.x, event.y))
        canvas.bind("<B1-Motion>", lambda event: canvas.scan_dragto(event.x, event.y, gain=1))
        return canvas

    def _expose(self, _event: object) -> None:
        self._drawn = True

    def _place(self) -> None:
        self._draw()
        self._root.update_idletasks()
        width, height = self._width, self._root.winfo_reqheight()
        left = max(0, self._root.winfo_screenwidth() - width) // 2
        # Below the bar of the guard, so that neither STOP hides the other.
        self._root.geometry(f"{width}x{height}+{left}+{min(_BELOW, left)}")
        self._root.resizable(width=False, height=False)
        self._root.deiconify()
        self._root.lift()

    def _turn(self) -> None:
        self._real = not self._real
        self._draw()

    def _draw(self) -> None:
        if self._gone:
            return
        photo = self._photos[-1 if self._real else 0]
        self._canvas.delete("all")
        self._canvas.create_image(0, 0, image=photo, anchor="nw")
        self._canvas.configure(scrollregion=(0, 0, photo.width(), photo.height()))
        self._canvas.xview_moveto(0)
        self._canvas.yview_moveto(0)
        size = f"{self._head['width']} by {self._head['height']} pixels"
        share = round(100 * self._photos[0].width() / self._head["width"])
        fitted = size if share == 100 else f"{size}, shown at {share}%"  # noqa: PLR2004
        self._note.configure(
            text=f"{size}, real size: drag to see the rest" if self._real else fitted
        )
        if len(self._photos) > 1:
            self._link.configure(text="Fit to window" if self._real else "Real size")

    def stop(self) -> None:
        """Take the picture away first, then say so to the parent."""
        if not self._gone:
            self.hide()
            self._root.update_idletasks()
            say("stop")

    def hide(self) -> None:
        """Take the picture away and show the sentence of a stop."""
        if self._gone:
            return
        self._gone = True
        self._canvas.delete("all")
        self._photos.clear()
        for part in (self._middle, self._bottom):
            part.pack_forget()
        self._stop.pack_forget()
        self._top.configure(background=_RED)
        self._top.pack(fill="both", expand=True)
        self._caption.configure(
            text=self._head["stopped"], background=_RED, font=(self._family, 18, "bold"),
            wraplength=self._width - 4 * _MARGIN, justify="center", anchor="center",
        )  # fmt: skip
        self._caption.pack(side="left", fill="both", expand=True)

    def tick(self, orders: Orders, *, shown: bool) -> None:
        """Look after what changed; runs every 40 milliseconds."""
        if orders.end.is_set():
            with contextlib.suppress(self._tk.TclError):  # the last click may have closed it
                self._root.update()  # a STOP that was pressed already still counts
                self._root.destroy()
            return
        if orders.hide.is_set():
            self.hide()
        if not shown and self._drawn and self._canvas.winfo_viewable():
            say("shown")
            shown = True
        self._root.after(_TICK_MS, lambda: self.tick(orders, shown=shown))


def _family(root: "tk.Tk") -> str:
    from tkinter import font  # noqa: PLC0415

    have = set(font.families(root))
    liked = ("Segoe UI", "SF Pro Text", "Helvetica Neue", "Inter", "Noto Sans", "DejaVu Sans")
    default = str(font.nametofont("TkDefaultFont", root).actual("family"))
    return next((name for name in liked if name in have), default)


def say(line: str) -> None:
    """Tell the parent; a parent that is gone ends the window through the other pipe."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError:
        sys.exit(1)


def _sharp_on_windows() -> None:
    # Without this Windows stretches the window and the picture in it looks blurred.
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        ctypes.windll.shcore.SetProcessDpiAwareness(1)


def main() -> int:
    """Run until the window is closed or the parent ends it."""
    try:
        import tkinter as tk  # noqa: PLC0415
    except ImportError:
        say("unavailable tk")
        return 1
    try:
        _sharp_on_windows()
        root = tk.Tk()
        root.withdraw()
        say("room {} {}".format(*room(root.winfo_screenwidth(), root.winfo_screenheight())))
        stream = sys.stdin.buffer
        line = stream.readline()
        if not line:
            return 0
        head = json.loads(line)
        window = Window(root, head, [stream.read(size) for size in head["sizes"]])
    except tk.TclError as error:
        say(f"unavailable {error}".replace("\n", " "))
        return 1
    window.tick(Orders(stream), shown=False)
    root.mainloop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

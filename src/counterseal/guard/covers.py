"""The windows that cover: two for each display. Tk only.

Every window is made and laid out beforehand and only mapped when it is needed, so that covering is
one request to the screen. None asks a window manager for anything: where there is none, as on a
bare X server, they work as well.
"""

import sys
import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from tkinter import font

from counterseal.guard import terms
from counterseal.guard.terms import Display, Page

INK, PAPER, PALE, RED, DARK_RED = "#16283d", "#eef2f6", "#ffffff", "#b3141d", "#8d0f17"
_EDGE = 3
"""Pixels from the corner of a display at which it is asked which window is on top."""
_SHORT, _ACROSS = 18, 38
"""How many letters a short title has, and how many go on a line."""
_LIKED = ("Segoe UI", "SF Pro Text", "Helvetica Neue", "Inter", "Noto Sans", "DejaVu Sans")

Action = Callable[[], None]
Draw = Callable[[tk.Toplevel, Display], None]


def sharp_on_windows() -> None:
    """Let Windows give true pixels on every monitor; before the first window."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        per_monitor = 2
        ctypes.windll.shcore.SetProcessDpiAwareness(per_monitor)


class Covers:
    """One set of full-screen windows, one for each display.

    Args:
        root: Of Tk.
        displays: What to cover.
        draw: Puts a page into a window.
    """

    def __init__(
        self,
        root: tk.Tk,
        displays: Sequence[Display],
        draw: Draw,
    ) -> None:
        """Make the windows, hidden."""
        self.up = False
        self._windows = {display: bare(root) for display in displays}
        for display, window in self._windows.items():
            _place(window, display)
        self.turn(draw)

    def turn(self, draw: Draw) -> None:
        """Show another page."""
        for display, window in self._windows.items():
            for part in window.winfo_children():
                part.destroy()
            draw(window, display)
            window.update_idletasks()

    def show(self) -> tuple[list[Display], list[Display]]:
        """Cover; return which displays are covered and which are not, as the screen says."""
        self.up = True
        for display, window in self._windows.items():
            _place(window, display)  # Tk forgets it when a window is withdrawn unseen
            window.deiconify()
            window.lift()
        covered = [display for display, window in self._windows.items() if _on_top(window, display)]
        return covered, [display for display in self._windows if display not in covered]

    def hide(self) -> None:
        """Uncover."""
        self.up = False
        for window in self._windows.values():
            window.withdraw()

    def stay_on_top(self) -> None:
        """Come before whatever opened since."""
        for window in self._windows.values():
            window.lift()


def bare(root: tk.Tk) -> tk.Toplevel:
    """Make a window without a frame, hidden."""
    window = tk.Toplevel(root, background=INK, borderwidth=0, highlightthickness=0)
    window.withdraw()
    window.overrideredirect(boolean=True)
    if sys.platform != "linux":
        window.attributes("-topmost", True)  # noqa: FBT003  (Tk's own way)
    window.protocol("WM_DELETE_WINDOW", lambda: None)  # a cover does not close
    return window


def _place(window: tk.Toplevel, display: Display) -> None:
    left, top, width, height = display
    window.geometry(f"{width}x{height}+{left}+{top}")


def on_screen(root: tk.Misc, display: Display) -> bool:
    """Whether the screen has this display, as far as the platform can tell (X11)."""
    if root.tk.call("tk", "windowingsystem") != "x11":
        return True
    right, bottom = display.left + display.width, display.top + display.height
    inside = right <= root.winfo_screenwidth() and bottom <= root.winfo_screenheight()
    return inside and min(display.left, display.top) >= 0


def _on_top(window: tk.Toplevel, display: Display) -> bool:
    # Asked of the screen itself, at the middle and near each corner: a display that is not there,
    # or a window of another program above ours, gives another answer.
    left, top, width, height = display
    points = [(left + width // 2, top + height // 2)]
    for across in (left + _EDGE, left + width - 1 - _EDGE):
        points += [(across, top + _EDGE), (across, top + height - 1 - _EDGE)]
    return on_screen(window, display) and all(_holds(window, point) for point in points)


def _holds(window: tk.Toplevel, point: tuple[int, int]) -> bool:
    found = window.winfo_containing(*point)
    return found is not None and found.winfo_toplevel() is window


class Look:
    """How the pages look on this computer."""

    def __init__(self, root: tk.Tk) -> None:
        """Choose a typeface that is there."""
        have = set(font.families(root))
        default = str(font.nametofont("TkDefaultFont", root).actual("family"))
        self._family = next((name for name in _LIKED if name in have), default)

    def text(self, parent: tk.Misc, words: str, pixels: int, *, bold: bool = False) -> tk.Label:
        """Put a line of text on a page, in the colours of a page."""
        weight = "bold" if bold else "normal"
        return tk.Label(
            parent, text=words, font=(self._family, -pixels, weight), foreground=PALE,
            background=INK, borderwidth=0,
        )  # fmt: skip

    def button(self, parent: tk.Misc, words: str, pixels: int, action: Action) -> tk.Label:
        """Put a button on a page; STOP is red."""
        # A label, because buttons of some platforms refuse a colour, and STOP must be red.
        ground, over, ink = (RED, DARK_RED, PALE) if words == terms.STOP else (PAPER, PALE, INK)
        label = self.text(parent, words, pixels, bold=True)
        label.configure(
            foreground=ink, background=ground, padx=pixels, pady=pixels // 3, cursor="hand2"
        )
        label.bind("<ButtonPress-1>", lambda _event: action())
        label.bind("<Enter>", lambda _event: label.configure(background=over))
        label.bind("<Leave>", lambda _event: label.configure(background=ground))
        return label

    def page(self, page: Page, choose: Callable[[str], None], note: str = "") -> Draw:
        """Return what puts a page into a window.

        Args:
            page: What it says.
            choose: Called with the words on the button that was pressed.
            note: A smaller line above everything.
        """

        def draw(window: tk.Toplevel, display: Display) -> None:
            unit = _unit(display, page)
            frame = tk.Frame(window, background=INK)
            frame.place(relx=0.5, rely=0.5, anchor="center")
            wrap = display.width * 9 // 10
            if note:
                self.text(frame, note, unit // 2).pack(pady=(0, unit // 2))
            large = 2 * unit if len(page.title) <= _SHORT else unit * 3 // 2
            title = self.text(frame, page.title, large, bold=True)
            title.configure(wraplength=wrap)
            title.pack(pady=(0, unit // 2))
            for line in page.lines:
                label = self.text(frame, line, unit)
                label.configure(wraplength=wrap)
                label.pack(pady=unit // 6)
            for words in page.choices:
                button = self.button(frame, words, unit * 2 // 3, partial(choose, words))
                button.configure(wraplength=wrap)
                button.pack(pady=(unit // 2, 0))

        return draw


def _unit(display: Display, page: Page) -> int:
    # The height of a line, so that the page fits a display of any shape; 24 of them fit across.
    rows = sum(1 + len(line) // _ACROSS for line in page.lines) + len(page.title) // _SHORT
    high = 5 + 1.7 * rows + 2.2 * len(page.choices)
    return max(12, min(display.height // 16, int(display.height / high), display.width // 24))

"""The bar in the corner of a screen: STOP, hide the screen, and what comes soon. Tk only."""

import tkinter as tk

from counterseal.guard import terms
from counterseal.guard.covers import Action, Look, bare
from counterseal.guard.terms import Display

_MARGIN = 10
_EVERY = 50
"""The bar's letters are a fiftieth of the display's height, within bounds."""


class Bar:
    """The bar of a guard; it can be dragged elsewhere.

    Args:
        root: Of Tk.
        look: How its text looks.
        display: In whose upper right corner it stands.
        stop: Done when STOP is pressed.
        hide: Done when the screen is to be hidden.
    """

    def __init__(
        self, root: tk.Tk, look: Look, display: Display, *, stop: Action, hide: Action
    ) -> None:
        """Make it, hidden."""
        self._window = bare(root)
        pixels = max(14, min(22, display.height // _EVERY))
        for words, action in ((terms.STOP, stop), ("Hide screen", hide)):
            look.button(self._window, words, pixels, action).pack(side="right", padx=4, pady=4)
        self._grip = look.text(self._window, terms.NAME, max(11, pixels - 5))
        self._grip.configure(cursor="fleur")
        self._grip.pack(side="left", padx=8)
        self._place(display.left + display.width - _MARGIN, display.top + _MARGIN)
        self._let_drag()

    def show(self) -> None:
        """Show it above everything else."""
        self._window.deiconify()
        self.lift()

    def hide(self) -> None:
        """Take it away."""
        self._window.withdraw()

    def lift(self) -> None:
        """Bring it before whatever opened since."""
        self._window.lift()

    def say(self, words: str) -> None:
        """Let it say something; its buttons stay where they are.

        Args:
            words: Short; "" for its name.
        """
        if str(self._grip.cget("text")) != (words or terms.NAME):
            right = self._window.winfo_x() + self._window.winfo_width()
            self._grip.configure(text=words or terms.NAME)
            self._place(right, self._window.winfo_y())

    def _place(self, right: int, top: int) -> None:
        self._window.update_idletasks()
        self._window.geometry(f"+{right - self._window.winfo_reqwidth()}+{top}")

    def _let_drag(self) -> None:
        window, held = self._window, [0, 0]

        def hold(event: "tk.Event[tk.Label]") -> None:
            held[:] = [event.x_root - window.winfo_x(), event.y_root - window.winfo_y()]

        def move(event: "tk.Event[tk.Label]") -> None:
            window.geometry(f"+{event.x_root - held[0]}+{event.y_root - held[1]}")

        self._grip.bind("<ButtonPress-1>", hold)
        self._grip.bind("<B1-Motion>", move)
